package dev.pawl.engine.definition;

import dev.pawl.engine.journal.Requests;
import java.time.Instant;
import java.util.List;

/** Where one definition stands. */
public sealed interface DefinitionState {

  /** Nothing was submitted under its name. */
  record Absent() implements DefinitionState {}

  /**
   * It can be run.
   *
   * @param versions 1, 2, 3 ... in order
   * @param creator who submitted the first
   */
  record Active(
      List<Version> versions, String creator, long sequence, Instant lastAt, Requests requests)
      implements DefinitionState {
    public Active {
      versions = List.copyOf(versions);
    }

    Version newest() {
      return versions.getLast();
    }
  }

  /** One version. */
  record Version(long number, String hash, Instant submittedAt) {}
}
