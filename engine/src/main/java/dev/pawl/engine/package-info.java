/** The engine: starts everything, and hands out what the gateway calls. */
@NullMarked
package dev.pawl.engine;

import org.jspecify.annotations.NullMarked;
