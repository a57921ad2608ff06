/** Turns what the journal stores and what the contract shows into observations. */
@NullMarked
package dev.pawl.bench.history.source;

import org.jspecify.annotations.NullMarked;
