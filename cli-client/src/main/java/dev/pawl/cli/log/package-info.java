/** Reading logs: of a run or of one step, to the end, as they come, or as a file. */
@NullMarked
package dev.pawl.cli.log;

import org.jspecify.annotations.NullMarked;
