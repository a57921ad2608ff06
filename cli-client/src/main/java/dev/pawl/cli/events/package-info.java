/** The commands below {@code pawl events}. */
@NullMarked
package dev.pawl.cli.events;

import org.jspecify.annotations.NullMarked;
