/** Logs: read, and followed. */
@NullMarked
package dev.pawl.api.log;

import org.jspecify.annotations.NullMarked;
