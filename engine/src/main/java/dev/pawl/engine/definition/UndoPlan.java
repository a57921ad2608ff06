package dev.pawl.engine.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * How what a task did is taken back.
 *
 * @param timeout of one undo, from its lease
 * @param grace between the polite signal and the kill
 * @param beforeRetry whether a further attempt begins with an undo of the one before, also one that
 *     nobody asked for (OPS)
 * @param retryOnceFailed whether a run that hangs at a failed undo of this may go forward again
 */
public record UndoPlan(
    Optional<Duration> timeout, Duration grace, boolean beforeRetry, boolean retryOnceFailed) {}
