/** What the node keeps when its parts are killed, flooded or ignored, with real processes. */
@NullMarked
package dev.pawl.dev.faults;

import org.jspecify.annotations.NullMarked;
