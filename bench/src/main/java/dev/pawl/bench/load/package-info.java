/** The instruments: what loads a server, and what is read off it meanwhile. */
@NullMarked
package dev.pawl.bench.load;

import org.jspecify.annotations.NullMarked;
