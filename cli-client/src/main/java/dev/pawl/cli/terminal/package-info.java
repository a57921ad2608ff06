/** The terminal: whether there is one, how big it is, what is redrawn in place. */
@NullMarked
package dev.pawl.cli.terminal;

import org.jspecify.annotations.NullMarked;
