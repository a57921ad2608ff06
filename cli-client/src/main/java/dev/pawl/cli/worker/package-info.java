/** The commands below {@code pawl worker}. */
@NullMarked
package dev.pawl.cli.worker;

import org.jspecify.annotations.NullMarked;
