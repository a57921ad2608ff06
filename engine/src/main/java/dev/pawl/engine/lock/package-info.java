/** Locks: what a run holds so that no other run works on the same thing. */
@NullMarked
package dev.pawl.engine.lock;

import org.jspecify.annotations.NullMarked;
