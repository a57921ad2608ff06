package dev.pawl.engine.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param next the key to go on behind; empty on the last page
 * @param total of all pages, counted up to 10,000
 * @param asOf the list shows everything stored before this instant
 */
public record Page<T>(List<T> rows, Optional<String> next, long total, Instant asOf) {
  public Page {
    rows = List.copyOf(rows);
  }
}
