/** The rules on who may lean on whom, shared by every module's own architecture test. */
@NullMarked
package dev.pawl.architecture;

import org.jspecify.annotations.NullMarked;
