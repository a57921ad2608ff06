package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What happened to a run. */
public sealed interface RunEvent {

  /** It began; its roots are released. */
  record Created(RunHeader header) implements RunEvent {}

  /** It was told to pause: nothing new is released. */
  record PauseBegan() implements RunEvent {}

  /** Nothing is at work any more. */
  record Paused() implements RunEvent {}

  /** It goes on. */
  record Continued() implements RunEvent {}

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
   * @param status SUCCEEDED, FAILED or TERMINATED
   * @param reason TASK_FAILED, RUN_TIMED_OUT or STOPPED; empty when it succeeded
   * @param failedTask the first task that failed
   */
  record Ended(
      RunStatus status, String reason, OptionalInt failedTask, Map<String, Payload> outputs)
      implements RunEvent {
    public Ended {
      outputs = Map.copyOf(outputs);
    }
  }

  /** Why a run is being stopped. */
  enum StopReason {
    STOPPED,
    RUN_TIMED_OUT
  }
}
