package dev.pawl.engine.log;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import java.time.Instant;

/**
 * The log of one attempt, as far as it is stored.
 *
 * @param bytes of its lines as the worker packed them
 * @param ended no line follows
 * @param truncated a limit was reached: lines are missing behind the last one
 */
public record LogSection(
    LogKey key,
    Instant startedAt,
    int round,
    int attempt,
    Operation operation,
    String worker,
    long lines,
    long bytes,
    boolean ended,
    boolean truncated) {}
