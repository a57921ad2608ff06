package dev.pawl.engine.definition;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Why a definition refuses a command. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = DefinitionRejection.NotFound.class, name = "notFound"),
  @JsonSubTypes.Type(value = DefinitionRejection.NoSuchVersion.class, name = "noSuchVersion"),
  @JsonSubTypes.Type(value = DefinitionRejection.RequestIdReused.class, name = "requestIdReused"),
  @JsonSubTypes.Type(value = DefinitionRejection.VersionMismatch.class, name = "versionMismatch"),
  @JsonSubTypes.Type(value = DefinitionRejection.Overloaded.class, name = "overloaded")
})
public sealed interface DefinitionRejection {

  /** Nothing has this name. */
  record NotFound() implements DefinitionRejection {}

  /** It has no such version. */
  record NoSuchVersion(long version, long newest) implements DefinitionRejection {}

  /** The request id came with another body before. */
  record RequestIdReused() implements DefinitionRejection {}

  /** It is not at the sequence that the caller expected. */
  record VersionMismatch(long expected, long actual) implements DefinitionRejection {}

  /** 256 commands wait for this definition's answer already. */
  record Overloaded() implements DefinitionRejection {}
}
