package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One workflow, or task that stands alone, as lists show it. */
public record DefinitionRow(
    DefinitionId id,
    DefinitionStatus status,
    long version,
    String hash,
    String displayName,
    Profile profile,
    String folder,
    List<String> owners,
    Map<String, String> labels,
    int taskCount,
    String creator,
    Instant createdAt,
    Instant submittedAt,
    long sequence) {}
