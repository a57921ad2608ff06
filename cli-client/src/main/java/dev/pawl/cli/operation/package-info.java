/** Operations: bulk commands and exports. */
@NullMarked
package dev.pawl.cli.operation;

import org.jspecify.annotations.NullMarked;
