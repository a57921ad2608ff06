/** G: log lines, from the work that wrote them to the store and to their readers. */
@NullMarked
package dev.pawl.bench.history.log;

import org.jspecify.annotations.NullMarked;
