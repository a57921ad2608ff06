/** What each node says of itself, and all of them together. */
@NullMarked
package dev.pawl.engine.node;

import org.jspecify.annotations.NullMarked;
