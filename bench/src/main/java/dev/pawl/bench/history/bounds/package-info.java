/** Z: what may grow, and what must come back. */
@NullMarked
package dev.pawl.bench.history.bounds;

import org.jspecify.annotations.NullMarked;
