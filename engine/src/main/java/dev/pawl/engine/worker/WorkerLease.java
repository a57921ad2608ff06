package dev.pawl.engine.worker;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.WorkSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a worker is handed once the lease is stored.
 *
 * @param outputs of the work that is to be taken back; empty for everything else
 */
public record WorkerLease(
    ExecutionId execution,
    long fence,
    String token,
    int round,
    int attempt,
    Operation operation,
    WorkSpec spec,
    Map<String, Payload> outputs,
    Instant startedAt,
    Optional<Duration> timeout) {}
