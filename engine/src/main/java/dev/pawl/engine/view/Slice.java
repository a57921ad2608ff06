package dev.pawl.engine.view;

import java.util.List;
import java.util.Optional;

/**
 * Some rows of a list that nobody wants the total of.
 *
 * @param next the key to go on behind; empty at the end of the list
 */
public record Slice<T>(List<T> rows, Optional<String> next) {
  public Slice {
    rows = List.copyOf(rows);
  }
}
