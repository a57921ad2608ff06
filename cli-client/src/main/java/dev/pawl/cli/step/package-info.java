/** The commands below {@code pawl step}. */
@NullMarked
package dev.pawl.cli.step;

import org.jspecify.annotations.NullMarked;
