/** Why a server cannot start, in words that its operator can act on. */
@NullMarked
package dev.pawl.dev.startup;

import org.jspecify.annotations.NullMarked;
