package dev.pawl.bench.history;

import java.util.OptionalLong;

/**
 * What was found when the driver had stopped, every fault was undone and time to settle had passed.
 */
public sealed interface Final extends Observation {

  /**
   * The system was left alone.
   *
   * @param stoppedAt the driver had its last answer and the last fault was undone
   * @param askedAt the questions below began
   */
  record Settled(long stoppedAt, long askedAt) implements Final {}

  /** A run as its owner tells it (GetRun). */
  record Run(String run, long sequence, String state, String reason) implements Final {}

  /** A step as its run tells it (ListTaskRuns). */
  record Step(String run, int index, String task, String state, int attempt, long fence)
      implements Final {}

  /** A run as a list shows it (ListRuns). */
  record Listed(String run, long sequence, String state) implements Final {}

  /** A row of the table behind the lists of runs. */
  record RunRow(
      String run,
      String definition,
      long definitionVersion,
      String definitionHash,
      String status,
      boolean ended,
      String reason,
      OptionalLong endedAt,
      int total,
      int succeeded,
      int failed,
      int terminated,
      int skipped,
      long sequence)
      implements Final {}

  /** A row of the table behind the lists of definitions; {@code entity} as the journal names it. */
  record DefinitionRow(String entity, long version, String hash, long sequence) implements Final {}

  /** A row of the table of who owes something; {@code entity} as the journal names it. */
  record WakeRow(String entity) implements Final {}

  /** A connected worker (ListWorkers). */
  record Worker(String worker, String incarnation, String group, int slots, int busy)
      implements Final {}
}
