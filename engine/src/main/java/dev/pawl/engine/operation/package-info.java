/** Bulk commands and exports: what is done to many runs, one result for each. */
@NullMarked
package dev.pawl.engine.operation;

import org.jspecify.annotations.NullMarked;
