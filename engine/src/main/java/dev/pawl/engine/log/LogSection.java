package dev.pawl.engine.log;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import java.time.Instant;

/** The log of one attempt, as far as it is stored. */
public record LogSection(
    LogKey key,
    Instant startedAt,
    int round,
    int attempt,
    Operation operation,
    String worker,
    long lines,
    boolean ended,
    boolean truncated) {}
