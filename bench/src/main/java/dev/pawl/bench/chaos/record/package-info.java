/** How observers write down what they see, at once and for good. */
@NullMarked
package dev.pawl.bench.chaos.record;

import org.jspecify.annotations.NullMarked;
