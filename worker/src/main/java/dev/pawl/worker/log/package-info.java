/** From a line that some work prints to its stored place on the server. */
@NullMarked
package dev.pawl.worker.log;

import org.jspecify.annotations.NullMarked;
