/** The way to the servers: one channel, unary calls that are repeated, streams that are resumed. */
@NullMarked
package dev.pawl.cli.connection;

import org.jspecify.annotations.NullMarked;
