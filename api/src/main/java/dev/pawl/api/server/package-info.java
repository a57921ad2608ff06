/** The server: builds everything, reads all configuration. */
@NullMarked
package dev.pawl.api.server;

import org.jspecify.annotations.NullMarked;
