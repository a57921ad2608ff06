/** Values of the contract as JSON text and back. */
@NullMarked
package dev.pawl.worker.json;

import org.jspecify.annotations.NullMarked;
