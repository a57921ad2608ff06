/** Who wakes what is due. */
@NullMarked
package dev.pawl.engine.clock;

import org.jspecify.annotations.NullMarked;
