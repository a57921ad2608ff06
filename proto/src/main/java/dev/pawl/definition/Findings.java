package dev.pawl.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The mistakes found so far, in document order, until there are as many as anyone will read. */
final class Findings {
  private final int limit;
  private final List<Violation> violations = new ArrayList<>();

  Findings(int limit) {
    this.limit = limit;
  }

  void add(FieldPath path, String message) {
    add(path, message, Optional::empty);
  }

  /** Looks for the suggestion only when the mistake is still recorded. */
  void add(FieldPath path, String message, Supplier<Optional<String>> suggestion) {
    if (violations.size() < limit) {
      violations.add(new Violation(path.toString(), message, suggestion.get()));
    }
  }

  void unsupported(FieldPath path, String field, Feature feature) {
    add(
        path,
        "`%s` is not supported yet: it belongs to %s (UNSUPPORTED); leave it out"
            .formatted(field, feature.title()));
  }

  List<Violation> toList() {
    return List.copyOf(violations);
  }
}
