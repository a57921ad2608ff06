/** Executions: leases, attempts, the fence, the stop ladder. */
@NullMarked
package dev.pawl.engine.execution;

import org.jspecify.annotations.NullMarked;
