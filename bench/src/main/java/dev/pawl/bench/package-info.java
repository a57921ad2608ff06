/** Replays of real graphs and measurements, over the contract like any caller. */
@NullMarked
package dev.pawl.bench;

import org.jspecify.annotations.NullMarked;
