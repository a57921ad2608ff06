package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Which step of a run somebody wants to see. */
final class Locating {
  private Locating() {}

  /**
   * The steps in the order of what matters to who follows the run: those whose undo failed, or is
   * under way, then failed, running, ready and pending ones, then those that are done.
   */
  static IntStream byProgress(int size, IntFunction<StepStatus> status) {
    return IntStream.range(0, size)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(index -> rank(status.apply(index)))
                .thenComparingInt(index -> turn(index, status.apply(index))))
        .mapToInt(Integer::intValue);
  }

  /** What is taken back, is from the last steps to the first. */
  private static int turn(int index, StepStatus status) {
    return status == StepStatus.ROLLING_BACK ? -index : index;
  }

  /** Whether a step has something to tell about why its run is where it is. */
  static boolean matters(StepStatus status) {
    return rank(status) < DONE;
  }

  private static final int DONE = 9;

  /**
   * Of several executions of one task the lowest tells where the task is: as long as one is at work
   * it is, then one that went wrong counts, then one that waits.
   */
  static int telling(StepStatus status) {
    return switch (status) {
      case RUNNING -> 0;
      case TERMINATING -> 1;
      case ROLLING_BACK -> 2;
      case RETRY_WAIT -> 3;
      case ROLLBACK_FAILED -> 4;
      case FAILED -> 5;
      case TERMINATED -> 6;
      case WAIT_DISPATCH -> 7;
      case ROLLED_BACK -> 8;
      case WAIT_UPSTREAM -> 9;
      case SUCCEEDED, SKIPPED -> 10;
    };
  }

  private static int rank(StepStatus status) {
    return switch (status) {
      case ROLLBACK_FAILED -> 0;
      case ROLLING_BACK -> 1;
      case FAILED -> 2;
      case TERMINATED -> 3;
      case RUNNING -> 4;
      case TERMINATING -> 5;
      case RETRY_WAIT -> 6;
      case WAIT_DISPATCH -> 7;
      case WAIT_UPSTREAM -> 8;
      case SUCCEEDED, ROLLED_BACK, SKIPPED -> DONE;
    };
  }

  /**
   * Where the run is: its first step of the first kind of {@link #byProgress} that there is; of
   * steps that are done the one that was done last. What never began of a run that succeeded or was
   * rolled back will not begin, and is passed over.
   */
  static int current(RunStatus run, Steps steps, IntFunction<StepStatus> status) {
    boolean over = run == RunStatus.SUCCEEDED || run == RunStatus.ROLLED_BACK;
    return byProgress(steps.splits().tasks(), status)
        .filter(index -> matters(status.apply(index)))
        .filter(index -> !over || status.apply(index) != StepStatus.WAIT_UPSTREAM)
        .boxed()
        .findFirst()
        .or(() -> lastDone(steps))
        .orElse(0);
  }

  private static Optional<Integer> lastDone(Steps steps) {
    return steps.ends().stream()
        .max(Comparator.comparing(StepEnd::endedAt).thenComparingInt(StepEnd::index))
        .map(end -> steps.splits().task(end.index()));
  }

  /** The steps that fit, in the order of the plan. */
  static IntStream fitting(Plan plan, Runs.Sought sought, IntFunction<StepStatus> status) {
    String text = sought.text().toLowerCase(Locale.ROOT);
    return plan.tasks().stream()
        .filter(task -> text.isEmpty() || named(task, text))
        .mapToInt(TaskPlan::index)
        .filter(
            index ->
                sought.statuses().isEmpty() || sought.statuses().contains(status.apply(index)));
  }

  private static boolean named(TaskPlan task, String text) {
    return task.name().contains(text) || task.displayName().toLowerCase(Locale.ROOT).contains(text);
  }
}
