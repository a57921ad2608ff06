package dev.pawl.cli.run.follow;

import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.v1.TaskRun;

/** A step in one line. */
public record StepText(Style style, Times times) {

  /** Its state, and how it came there. */
  public String state(TaskRun step) {
    return (style.state(States.name(step.getState())) + "  " + detail(step)).stripTrailing();
  }

  /** What stands behind the name: how long, which attempt, why. */
  String detail(TaskRun step) {
    return switch (step.getState()) {
      case TASK_RUN_STATE_RUNNING, TASK_RUN_STATE_TERMINATING, TASK_RUN_STATE_ROLLING_BACK ->
          join(elapsed(step), attempt(step), on(step), special(step));
      case TASK_RUN_STATE_RETRY_WAIT ->
          join(
              "attempt %d/%d failed".formatted(step.getAttempt(), step.getMaxAttempts()),
              RunDetails.why(step.getReason(), step.getMessage()),
              step.hasNextAttemptTime() ? "next " + times.at(step.getNextAttemptTime()) : "");
      case TASK_RUN_STATE_FAILED, TASK_RUN_STATE_ROLLBACK_FAILED ->
          join(
              elapsed(step),
              attempt(step),
              style.red(RunDetails.why(step.getReason(), step.getMessage())));
      case TASK_RUN_STATE_SUCCEEDED, TASK_RUN_STATE_ROLLED_BACK ->
          join(elapsed(step), attempt(step), States.isPassed(step) ? "passed" : "");
      case TASK_RUN_STATE_TERMINATED, TASK_RUN_STATE_SKIPPED ->
          join(elapsed(step), step.getReason());
      case TASK_RUN_STATE_UNSPECIFIED,
          TASK_RUN_STATE_WAIT_EVENT,
          TASK_RUN_STATE_WAIT_UPSTREAM,
          TASK_RUN_STATE_WAIT_DISPATCH,
          UNRECOGNIZED ->
          "";
    };
  }

  private String elapsed(TaskRun step) {
    String elapsed = times.elapsed(step.getStartTime(), step.getEndTime());
    return elapsed.equals("-") ? "" : elapsed;
  }

  private static String attempt(TaskRun step) {
    return step.getAttempt() > 1
        ? "attempt " + step.getAttempt() + "/" + Math.max(step.getMaxAttempts(), step.getAttempt())
        : "";
  }

  private String on(TaskRun step) {
    return step.getWorker().isEmpty() ? "" : style.dim("on " + step.getWorker());
  }

  private static String special(TaskRun step) {
    String name = States.name(step.getState());
    return name.equals("RUNNING") ? "" : name;
  }

  private static String join(String... parts) {
    StringBuilder joined = new StringBuilder();
    for (String part : parts) {
      if (!part.isEmpty()) {
        joined.append(joined.isEmpty() ? "" : "  ").append(part);
      }
    }
    return joined.toString();
  }
}
