/** Resource names, parsed once. */
@NullMarked
package dev.pawl.api.name;

import org.jspecify.annotations.NullMarked;
