/** Following a run until it has ended. */
@NullMarked
package dev.pawl.cli.run.follow;

import org.jspecify.annotations.NullMarked;
