package dev.pawl.engine.definition;

/** Where a definition is in its life, by the model's names (C2). */
public enum DefinitionStatus {
  ACTIVE
}
