/** Status changes, live. */
@NullMarked
package dev.pawl.api.watch;

import org.jspecify.annotations.NullMarked;
