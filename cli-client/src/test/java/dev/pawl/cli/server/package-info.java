/** A server of hand-written services for the tests of commands. */
@NullMarked
package dev.pawl.cli.server;

import org.jspecify.annotations.NullMarked;
