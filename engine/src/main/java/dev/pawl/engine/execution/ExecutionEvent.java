package dev.pawl.engine.execution;

import dev.pawl.engine.content.Payload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What happened to an execution. */
public sealed interface ExecutionEvent {

  /**
   * A worker has it.
   *
   * @param spec set in the execution's first event, and where another follows than was stored
   * @param attempt 1, 2 ... within the round
   * @param fence raised by every start of work
   */
  record Leased(
      Optional<WorkSpec> spec,
      long fence,
      int round,
      int attempt,
      Operation operation,
      String worker,
      String incarnation)
      implements ExecutionEvent {}

  /**
   * The attempt ended and another follows.
   *
   * @param attempt 0 in facts that do not say so: those are of a first round
   * @param status FAILED, TIMED_OUT or TERMINATED
   */
  record AttemptFailed(
      long fence,
      int attempt,
      ExecutionStatus status,
      String reason,
      String message,
      String lastLogLine,
      Instant nextAttemptAt)
      implements ExecutionEvent {}

  /** It was told to stop and the worker was told, or is about to be. */
  record StopBegan(long fence, String reason) implements ExecutionEvent {}

  /**
   * It ended.
   *
   * @param spec set when this is the execution's first event
   * @param attempt the last one; 0 when there was none, and in facts that do not say so: those are
   *     of a first round
   * @param status SUCCEEDED, FAILED, TIMED_OUT or TERMINATED
   * @param reason empty when it succeeded
   */
  record Ended(
      Optional<WorkSpec> spec,
      long fence,
      int attempt,
      ExecutionStatus status,
      String reason,
      String message,
      String lastLogLine,
      Map<String, Payload> outputs)
      implements ExecutionEvent {
    public Ended {
      outputs = Map.copyOf(outputs);
    }
  }

  /** What an attempt does. */
  enum Operation {
    EXECUTE,
    RETRY,
    ROLLBACK,
    CANCEL
  }
}
