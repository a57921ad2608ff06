/** The commands below {@code pawl task}. */
@NullMarked
package dev.pawl.cli.task;

import org.jspecify.annotations.NullMarked;
