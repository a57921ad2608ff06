/** Durations and instants of the contract as those of Java. */
@NullMarked
package dev.pawl.worker.time;

import org.jspecify.annotations.NullMarked;
