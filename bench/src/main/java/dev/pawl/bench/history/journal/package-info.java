/** B: the journal itself, and what is read of it, against the model's machines. */
@NullMarked
package dev.pawl.bench.history.journal;

import org.jspecify.annotations.NullMarked;
