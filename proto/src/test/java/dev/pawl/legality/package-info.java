/** The tables of what is legal when, for the tests of every module. */
@NullMarked
package dev.pawl.legality;

import org.jspecify.annotations.NullMarked;
