package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One run as lists show it. Of the steps that have not ended the counts know only that they wait
 * ({@code active} is 0): what is at work is asked of the run.
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
    Instant createdAt,
    Optional<Instant> endedAt,
    StepCounts steps,
    long sequence) {}
