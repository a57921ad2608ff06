/** X: what the work did outside, by the ledger that was asked. */
@NullMarked
package dev.pawl.bench.history.effect;

import org.jspecify.annotations.NullMarked;
