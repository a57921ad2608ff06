package dev.pawl.engine.object;

import dev.pawl.engine.access.Permission;

/** Why something is not taken down about an object. */
public sealed interface ObjectRejection {

  /** The caller lacks what the command needs. */
  record NotPermitted(Permission wanted) implements ObjectRejection {}

  /** The request id came with another body before. */
  record RequestIdReused() implements ObjectRejection {}
}
