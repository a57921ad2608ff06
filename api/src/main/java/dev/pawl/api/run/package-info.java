/** Runs, their steps and executions: started, read, commanded. */
@NullMarked
package dev.pawl.api.run;

import org.jspecify.annotations.NullMarked;
