package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one task of a run ended, as the run stores it.
 *
 * @param index the task's place in the plan
 * @param reason empty when it succeeded; else EXIT_CODE, TIMED_OUT, WORKER_LOST ...
 * @param attempt the last attempt; 0 when none was made
 * @param fence the fence of the last attempt; 0 when none was made
 * @param startedAt the first lease
 */
public record StepEnd(
    int index,
    Outcome outcome,
    String reason,
    String message,
    String lastLogLine,
    int attempt,
    long fence,
    String worker,
    Optional<Instant> startedAt,
    Instant endedAt,
    Map<String, Payload> outputs) {

  public StepEnd {
    outputs = Map.copyOf(outputs);
  }

  /** The ends that a task can come to. A timeout is FAILED with reason TIMED_OUT. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    TERMINATED
  }
}
