/** Locks over gRPC. */
@NullMarked
package dev.pawl.api.lock;

import org.jspecify.annotations.NullMarked;
