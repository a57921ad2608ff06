/** A: what callers were told, against what was stored. */
@NullMarked
package dev.pawl.bench.history.ack;

import org.jspecify.annotations.NullMarked;
