/** Whether a node is well, and who is told. */
@NullMarked
package dev.pawl.api.health;

import org.jspecify.annotations.NullMarked;
