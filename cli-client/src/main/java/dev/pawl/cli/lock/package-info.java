/** What runs hold: list, look, take away. */
@NullMarked
package dev.pawl.cli.lock;

import org.jspecify.annotations.NullMarked;
