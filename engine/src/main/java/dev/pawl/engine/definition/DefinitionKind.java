package dev.pawl.engine.definition;

/** What a definition is of. */
public enum DefinitionKind {
  WORKFLOW,
  TASK
}
