/** V: whether enough happened, and enough was recorded, for a verdict to mean something. */
@NullMarked
package dev.pawl.bench.history.vacuity;

import org.jspecify.annotations.NullMarked;
