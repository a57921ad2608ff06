/** What every stored fact carries, and how it is stored. */
@NullMarked
package dev.pawl.engine.journal;

import org.jspecify.annotations.NullMarked;
