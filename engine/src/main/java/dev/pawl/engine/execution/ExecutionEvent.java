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
   * @param attempt 1, 2 ... within the round; an undo has the number of the attempt that it takes
   *     back
   * @param fence raised by every start of work
   * @param backward whether it ends with the undo; else an attempt follows it
   */
  record Leased(
      Optional<WorkSpec> spec,
      long fence,
      int round,
      int attempt,
      Operation operation,
      boolean backward,
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

  /** What the attempt before did was taken back, and another attempt follows. */
  record Undone(long fence, int attempt, String lastLogLine) implements ExecutionEvent {}

  /**
   * The attempt was stopped; before it ends so, what it left behind is cleaned up.
   *
   * @param reason why it was told to stop
   */
  record Stopped(long fence, int attempt, String reason, String message, String lastLogLine)
      implements ExecutionEvent {}

  /** It was told to stop and the worker was told, or is about to be. */
  record StopBegan(long fence, String reason) implements ExecutionEvent {}

  /**
   * It ended.
   *
   * @param spec set when this is the execution's first event
   * @param attempt the last one; 0 when there was none, and in facts that do not say so: those are
   *     of a first round
   * @param status SUCCEEDED, FAILED, TIMED_OUT, TERMINATED, ROLLED_BACK or ROLLBACK_FAILED
   * @param reason empty when it succeeded or was taken back
   * @param cleanUp what the clean-up came to that was at work; empty when none was
   * @param undone whether the undo that was at work succeeded, after which no attempt may follow
   */
  record Ended(
      Optional<WorkSpec> spec,
      long fence,
      int attempt,
      ExecutionStatus status,
      String reason,
      String message,
      String lastLogLine,
      Map<String, Payload> outputs,
      Optional<ExecutionStatus> cleanUp,
      boolean undone)
      implements ExecutionEvent {
    public Ended {
      outputs = Map.copyOf(outputs);
    }

    /** An end that no clean-up came before. */
    public Ended(
        Optional<WorkSpec> spec,
        long fence,
        int attempt,
        ExecutionStatus status,
        String reason,
        String message,
        String lastLogLine,
        Map<String, Payload> outputs) {
      this(
          spec,
          fence,
          attempt,
          status,
          reason,
          message,
          lastLogLine,
          outputs,
          Optional.empty(),
          false);
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
