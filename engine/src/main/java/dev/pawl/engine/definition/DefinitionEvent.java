package dev.pawl.engine.definition;

/** What happened to a definition. */
public sealed interface DefinitionEvent {

  /** A version was added. */
  record Submitted(long version, String hash) implements DefinitionEvent {}
}
