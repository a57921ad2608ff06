/** What is run: random workflows, what their tasks do, and which operations clients mix. */
@NullMarked
package dev.pawl.bench.chaos.program;

import org.jspecify.annotations.NullMarked;
