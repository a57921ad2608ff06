/**
 * What single decisions and translations cost. A benchmark of what a package keeps to itself stands
 * in the package of that name, in this module, as its tests do in theirs.
 */
@NullMarked
package dev.pawl.bench.micro;

import org.jspecify.annotations.NullMarked;
