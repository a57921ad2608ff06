/** Worker groups: who is free, who waits; and the sessions of workers. */
@NullMarked
package dev.pawl.engine.worker;

import org.jspecify.annotations.NullMarked;
