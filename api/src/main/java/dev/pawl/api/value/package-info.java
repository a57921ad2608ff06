/** Values between the contract and the engine. */
@NullMarked
package dev.pawl.api.value;

import org.jspecify.annotations.NullMarked;
