package dev.pawl.bench.history;

import java.util.List;

/**
 * Something that must never be.
 *
 * @param invariant the id of what was to hold, such as A-1
 * @param entity as the journal names it, or the subscription, worker, node ... it is about
 * @param sentence what is wrong, for people
 * @param records the few observations that show it
 */
public record Violation(
    String invariant, String entity, String sentence, List<Observation> records) {
  public Violation {
    records = List.copyOf(records);
  }
}
