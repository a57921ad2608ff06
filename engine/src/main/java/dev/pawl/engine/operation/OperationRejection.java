package dev.pawl.engine.operation;

import dev.pawl.engine.access.Permission;

/** Why an operation refuses a command. */
public sealed interface OperationRejection {

  /** No operation has this id (in this project). */
  record NotFound() implements OperationRejection {}

  /** The caller lacks what the command needs. */
  record NotPermitted(Permission wanted) implements OperationRejection {}

  /** The request id came with another body before. */
  record RequestIdReused() implements OperationRejection {}

  /** It has ended, otherwise than by being cancelled. */
  record HasEnded(OperationStatus status) implements OperationRejection {}
}
