/** How messages travel between nodes. */
@NullMarked
package dev.pawl.engine.wire;

import org.jspecify.annotations.NullMarked;
