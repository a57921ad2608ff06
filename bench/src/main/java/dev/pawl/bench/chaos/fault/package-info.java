/** What is done to the system on purpose, when, and what proves that it had an effect. */
@NullMarked
package dev.pawl.bench.chaos.fault;

import org.jspecify.annotations.NullMarked;
