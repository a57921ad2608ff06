/** A TCP proxy between the parts of a test, which can be told to serve some of them badly. */
@NullMarked
package dev.pawl.bench.proxy;

import org.jspecify.annotations.NullMarked;
