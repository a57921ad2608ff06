/** A node of one: the only place that sees server, worker and command line together. */
@NullMarked
package dev.pawl.dev;

import org.jspecify.annotations.NullMarked;
