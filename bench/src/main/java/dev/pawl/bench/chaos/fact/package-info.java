/** The facts of the journal, written down past every node. */
@NullMarked
package dev.pawl.bench.chaos.fact;

import org.jspecify.annotations.NullMarked;
