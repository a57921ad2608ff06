/** The commands below {@code pawl run}. */
@NullMarked
package dev.pawl.cli.run;

import org.jspecify.annotations.NullMarked;
