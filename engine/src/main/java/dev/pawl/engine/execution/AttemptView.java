package dev.pawl.engine.execution;

import java.time.Instant;
import java.util.Optional;

/** One go of one operation, closed or at work. */
public record AttemptView(
    int round,
    int attempt,
    ExecutionEvent.Operation operation,
    long fence,
    String worker,
    Instant startedAt,
    Optional<Instant> endedAt,
    ExecutionStatus status,
    String reason,
    String message) {}
