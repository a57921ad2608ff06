/** The log store and the hubs that feed it and live readers. */
@NullMarked
package dev.pawl.engine.log;

import org.jspecify.annotations.NullMarked;
