/** Bad input, and the command line, against one real server. */
@NullMarked
package dev.pawl.dev.input;

import org.jspecify.annotations.NullMarked;
