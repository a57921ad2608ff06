/** The commands below {@code pawl workflow}. */
@NullMarked
package dev.pawl.cli.workflow;

import org.jspecify.annotations.NullMarked;
