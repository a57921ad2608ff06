/**
 * The same facts from different sides, in the words of histories: as the journal stores them, as a
 * watch shows them, and the graphs that they follow as they were submitted.
 */
@NullMarked
package dev.pawl.bench.chaos.fact;

import org.jspecify.annotations.NullMarked;
