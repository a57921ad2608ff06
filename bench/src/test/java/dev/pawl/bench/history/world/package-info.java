/**
 * A small world that behaves as the model says, and writes down what its observers see. It shares
 * no line with the engine and none with the judge: what the three agree on was written three times.
 */
@NullMarked
package dev.pawl.bench.history.world;

import org.jspecify.annotations.NullMarked;
