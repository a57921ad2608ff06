/** Why runs, steps and executions are where they are. */
@NullMarked
package dev.pawl.api.explain;

import org.jspecify.annotations.NullMarked;
