/** Rows for lists, kept by one projector. */
@NullMarked
package dev.pawl.engine.view;

import org.jspecify.annotations.NullMarked;
