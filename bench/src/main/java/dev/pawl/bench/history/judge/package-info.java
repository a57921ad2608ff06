/** The verdict on a history, and the command that prints it. */
@NullMarked
package dev.pawl.bench.history.judge;

import org.jspecify.annotations.NullMarked;
