package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.lock.LockName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What happened to a run. */
public sealed interface RunEvent {

  /** It began; its roots are released. */
  record Created(RunHeader header) implements RunEvent {}

  /**
   * It was told to pause: nothing new is released.
   *
   * @param forced what is at work is told to stop, and starts anew when the run continues
   * @param until when it goes on by itself
   */
  record PauseBegan(boolean forced, Optional<Instant> until) implements RunEvent {
    /** A pause that lasts until somebody continues. */
    public PauseBegan(boolean forced) {
      this(forced, Optional.empty());
    }
  }

  /**
   * Nothing is at work any more.
   *
   * @param until when it goes on by itself
   */
  record Paused(Optional<Instant> until) implements RunEvent {
    /** A pause that lasts until somebody continues. */
    public Paused() {
      this(Optional.empty());
    }
  }

  /**
   * It goes on.
   *
   * @param again the tasks that a forced pause had ended
   */
  record Continued(List<Again> again) implements RunEvent {
    public Continued {
      again = List.copyOf(again);
    }
  }

  /** Tasks that a forced pause ended only after the run went on are open again. */
  record Reopened(List<Again> again) implements RunEvent {
    public Reopened {
      again = List.copyOf(again);
    }
  }

  /**
   * It goes on after its end.
   *
   * @param again the tasks that are repeated; those that had never started follow by themselves
   */
  record Retried(List<Again> again) implements RunEvent {
    public Retried {
      again = List.copyOf(again);
    }
  }

  /** Everything of it is done once more, in a new round. */
  record Redone() implements RunEvent {}

  /**
   * A task that has not ended was told to stop.
   *
   * @param passing what it comes to counts as succeeded then; else it ends TERMINATED
   */
  record StepStopBegan(int index, boolean passing) implements RunEvent {}

  /** A task that had ended is done once more, alone, in a new round of its own. */
  record StepRedone(Again again) implements RunEvent {}

  /**
   * A task that had failed counts as succeeded.
   *
   * @param end how the task stands from now on
   * @param was how it had ended
   */
  record StepPassed(StepEnd end, StepEnd.Outcome was) implements RunEvent {}

  /**
   * What it did is taken back, from the last steps to the first.
   *
   * @param steps that began, and are to be undone (again)
   */
  record RollbackBegan(List<Again> steps) implements RunEvent {
    public RollbackBegan {
      steps = List.copyOf(steps);
    }
  }

  /** It was the turn of steps that have nothing to take back. */
  record StepsUndone(List<Integer> indexes) implements RunEvent {
    public StepsUndone {
      indexes = List.copyOf(indexes);
    }
  }

  /** It had failed and counts as succeeded, whatever its tasks came to. */
  record Passed() implements RunEvent {
    /** The reason of its end from then on. */
    public static final String REASON = "PASSED";
  }

  /** It was told to stop, or its deadline passed: what is at work is told to stop. */
  record StopBegan(StopReason reason) implements RunEvent {}

  /** Tasks ended; what is released next follows from the plan. */
  record StepsEnded(List<StepEnd> ends) implements RunEvent {
    public StepsEnded {
      ends = List.copyOf(ends);
    }
  }

  /**
   * It ended.
   *
   * @param status SUCCEEDED, FAILED, TERMINATED, ROLLED_BACK or ROLLBACK_FAILED
   * @param reason TASK_FAILED, RUN_TIMED_OUT, STOPPED or UNDO_FAILED; empty when it succeeded or
   *     was rolled back
   * @param failedTask the first task that failed, or whose undo did
   */
  record Ended(
      RunStatus status, String reason, OptionalInt failedTask, Map<String, Payload> outputs)
      implements RunEvent {
    public Ended {
      outputs = Map.copyOf(outputs);
    }
  }

  /**
   * A lock was taken away from it; what it does it goes on doing.
   *
   * @param by who did so
   * @param reason in that caller's words
   */
  record LockLost(LockName lock, String by, String reason) implements RunEvent {}

  /** Why a run is being stopped. */
  enum StopReason {
    STOPPED,
    RUN_TIMED_OUT
  }
}
