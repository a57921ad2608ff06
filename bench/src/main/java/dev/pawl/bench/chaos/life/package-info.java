/** Threads that go on until they are told to end. */
@NullMarked
package dev.pawl.bench.chaos.life;

import org.jspecify.annotations.NullMarked;
