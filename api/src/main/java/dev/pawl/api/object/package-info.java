/** What became of the things that runs are about. */
@NullMarked
package dev.pawl.api.object;

import org.jspecify.annotations.NullMarked;
