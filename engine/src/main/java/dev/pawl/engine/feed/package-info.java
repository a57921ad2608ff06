/** The journal read by transaction horizon, once per node. */
@NullMarked
package dev.pawl.engine.feed;

import org.jspecify.annotations.NullMarked;
