/** The processes that faults are done to: PostgreSQL, nodes and workers, and how to reach them. */
@NullMarked
package dev.pawl.bench.chaos.node;

import org.jspecify.annotations.NullMarked;
