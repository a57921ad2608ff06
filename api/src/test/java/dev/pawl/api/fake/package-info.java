/** An engine played by hand, so that the services can be tested without one. */
@NullMarked
package dev.pawl.api.fake;

import org.jspecify.annotations.NullMarked;
