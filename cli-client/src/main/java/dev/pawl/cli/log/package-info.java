/** Reading logs: of a run or of one step, to the end or as they come. */
@NullMarked
package dev.pawl.cli.log;

import org.jspecify.annotations.NullMarked;
