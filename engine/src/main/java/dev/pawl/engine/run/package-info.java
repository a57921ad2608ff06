/** Runs: what is released, commands, verdicts. */
@NullMarked
package dev.pawl.engine.run;

import org.jspecify.annotations.NullMarked;
