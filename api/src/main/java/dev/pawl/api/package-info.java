/** The gateway: gRPC services over the engine. */
@NullMarked
package dev.pawl.api;

import org.jspecify.annotations.NullMarked;
