/** What callers may do. */
@NullMarked
package dev.pawl.engine.access;

import org.jspecify.annotations.NullMarked;
