package dev.pawl.cli.definition;

import dev.pawl.v1.Definition;
import java.util.Optional;

/** One definition and the text that it was read from. */
public final class DefinitionDocument {
  private final SourceFile file;
  private final Definition definition;
  private final Positions positions;

  DefinitionDocument(SourceFile file, Definition definition, Positions positions) {
    this.file = file;
    this.definition = definition;
    this.positions = positions;
  }

  public SourceFile file() {
    return file;
  }

  public Definition definition() {
    return definition;
  }

  /** Its kind and name, such as {@code workflow load-orders}. */
  public String title() {
    return switch (definition.getKindCase()) {
      case WORKFLOW -> "workflow " + definition.getWorkflow().getName();
      case TASK -> "task " + definition.getTask().getName();
      case STREAM -> "stream " + definition.getStream().getName();
      case KIND_NOT_SET -> "nothing";
    };
  }

  /** A mistake that somebody else found, at the place of its field. */
  public Mistake mistake(String path, String message, Optional<String> suggestion) {
    return new Mistake(file, positions.of(path), path, message, suggestion);
  }
}
