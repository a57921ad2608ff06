/** OperationService: bulk commands and exports. */
@NullMarked
package dev.pawl.api.operation;

import org.jspecify.annotations.NullMarked;
