package dev.pawl.engine.definition;

import dev.pawl.engine.access.Permission;

/** Why a definition refuses a command. */
public sealed interface DefinitionRejection {

  /** Nothing has this name. */
  record NotFound() implements DefinitionRejection {}

  /** The caller lacks what the command needs. */
  record NotPermitted(Permission wanted) implements DefinitionRejection {}

  /** It has no such version. */
  record NoSuchVersion(long version, long newest) implements DefinitionRejection {}

  /** The request id came with another body before. */
  record RequestIdReused() implements DefinitionRejection {}

  /** It is not at the sequence that the caller expected. */
  record VersionMismatch(long expected, long actual) implements DefinitionRejection {}
}
