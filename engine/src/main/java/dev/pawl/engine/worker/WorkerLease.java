package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.WorkSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a worker is handed once the lease is stored. */
public record WorkerLease(
    ExecutionId execution,
    long fence,
    String token,
    int round,
    int attempt,
    Operation operation,
    WorkSpec spec,
    Instant startedAt,
    Optional<Duration> timeout) {}
