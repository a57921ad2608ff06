/** What an invariant is, and where it says what it found. */
@NullMarked
package dev.pawl.bench.history.invariant;

import org.jspecify.annotations.NullMarked;
