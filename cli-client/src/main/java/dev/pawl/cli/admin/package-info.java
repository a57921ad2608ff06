/** The commands below {@code pawl admin}. */
@NullMarked
package dev.pawl.cli.admin;

import org.jspecify.annotations.NullMarked;
