/** D: pause, continue and stop; timeouts; time as such. */
@NullMarked
package dev.pawl.bench.history.control;

import org.jspecify.annotations.NullMarked;
