package dev.pawl.cli.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects the mistakes of one document. */
final class Findings {
  /** More than anybody reads at once. */
  private static final int MOST = 200;

  private final SourceFile file;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final Set<String> blamed = new HashSet<>();

  private final Set<String> incomplete = new HashSet<>();

  Findings(SourceFile file) {
    this.file = file;
  }

  void add(Position position, String path, String message) {
    add(position, path, message, Optional.empty());
  }

  void add(Position position, String path, String message, Optional<String> suggestion) {
    blamed.add(path);
    if (mistakes.size() < MOST) {
      mistakes.add(new Mistake(file, position, path, message, suggestion));
    }
  }

  /** A field that was not understood, so that it must not be called missing as well. */
  void blame(String path) {
    blamed.add(path);
  }

  /**
   * A message with a field that was not understood, so that nothing must be called missing in it.
   */
  void blameContent(String path) {
    incomplete.add(path);
  }

  /** Whether a field, or one around it, was found wrong already. */
  boolean isBlamed(String path) {
    if (incomplete.contains(path)) {
      return true;
    }
    if (path.isEmpty()) {
      return blamed.contains("") || blamed.contains("workflow") || blamed.contains("task");
    }
    for (String around = path; !around.isEmpty(); around = Positions.parent(around)) {
      if (blamed.contains(around)) {
        return true;
      }
    }
    return false;
  }

  boolean isFull() {
    return mistakes.size() >= MOST;
  }

  List<Mistake> toList() {
    return List.copyOf(mistakes);
  }
}
