package dev.pawl.engine.definition;

import java.time.Instant;

/**
 * A definition's version as its owner answers it.
 *
 * @param changed whether the command that this answers added a version
 * @param sequence the definition's count of stored facts
 */
public record DefinitionHead(
    DefinitionId id,
    DefinitionStatus status,
    long version,
    String hash,
    String creator,
    Instant createdAt,
    Instant submittedAt,
    boolean changed,
    long sequence) {}
