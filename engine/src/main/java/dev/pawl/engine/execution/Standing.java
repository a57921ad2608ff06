package dev.pawl.engine.execution;

import dev.pawl.engine.run.StepEnd;
import java.time.Instant;
import java.util.Optional;

/**
 * Where an execution is, as it tells its run.
 *
 * @param revision of the directive that it follows; 0 when it follows none yet
 * @param atRest whether nothing is at work and, under that directive, nothing will be
 * @param attempt 0 before the first lease
 * @param end set once it has ended
 */
public record Standing(
    ExecutionId id,
    long revision,
    ExecutionStatus status,
    boolean atRest,
    int attempt,
    long fence,
    String worker,
    Optional<Instant> startedAt,
    Optional<Instant> nextAttemptAt,
    Optional<StepEnd> end) {

  /** The same, with its end by its place in the run. */
  public Standing at(int place) {
    return end.filter(known -> known.index() != place).isEmpty()
        ? this
        : new Standing(
            id,
            revision,
            status,
            atRest,
            attempt,
            fence,
            worker,
            startedAt,
            nextAttemptAt,
            end.map(known -> known.at(place)));
  }
}
