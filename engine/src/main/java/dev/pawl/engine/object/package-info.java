/** What became of the things that runs are about. */
@NullMarked
package dev.pawl.engine.object;

import org.jspecify.annotations.NullMarked;
