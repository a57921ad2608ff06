package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run as lists show it. Of the steps that have not ended the counts know only that they wait
 * ({@code active} is 0): what is at work is asked of the run.
 *
 * @param objects what the run is about
 * @param startedAt the first lease of any of its steps, in whatever round
 * @param parent the execution that started it; empty when a caller did
 */
public record RunRow(
    RunId id,
    DefinitionId definition,
    long definitionVersion,
    String definitionHash,
    Profile profile,
    RunStatus status,
    String reason,
    String initiator,
    Map<String, String> labels,
    List<RunObject> objects,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    StepCounts steps,
    long sequence,
    Optional<ExecutionId> parent) {
  public RunRow {
    labels = Map.copyOf(labels);
    objects = List.copyOf(objects);
  }

  /** A run that a caller started. */
  public RunRow(
      RunId id,
      DefinitionId definition,
      long definitionVersion,
      String definitionHash,
      Profile profile,
      RunStatus status,
      String reason,
      String initiator,
      Map<String, String> labels,
      List<RunObject> objects,
      Instant createdAt,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      StepCounts steps,
      long sequence) {
    this(
        id,
        definition,
        definitionVersion,
        definitionHash,
        profile,
        status,
        reason,
        initiator,
        labels,
        objects,
        createdAt,
        startedAt,
        endedAt,
        steps,
        sequence,
        Optional.empty());
  }
}
