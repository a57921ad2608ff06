/** The command {@code pawl}: parses, makes one call, prints. */
@NullMarked
package dev.pawl.cli;

import org.jspecify.annotations.NullMarked;
