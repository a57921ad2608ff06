/** F: what subscribers were shown, against the journal. */
@NullMarked
package dev.pawl.bench.history.watch;

import org.jspecify.annotations.NullMarked;
