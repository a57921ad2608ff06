/** How a test says which requirement it proves. */
@NullMarked
package dev.pawl.covers;

import org.jspecify.annotations.NullMarked;
