/** C: one life, one owner. What becomes of each execution and its attempts. */
@NullMarked
package dev.pawl.bench.history.life;

import org.jspecify.annotations.NullMarked;
