/** Immutable content by hash: definitions and large values. */
@NullMarked
package dev.pawl.engine.content;

import org.jspecify.annotations.NullMarked;
