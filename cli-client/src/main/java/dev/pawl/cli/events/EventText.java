package dev.pawl.cli.events;

import dev.pawl.cli.run.RunDetails;
import dev.pawl.v1.Event;
import dev.pawl.v1.StepEnd;
import java.util.stream.Collectors;

/** One event in the words of people. */
final class EventText {
  private EventText() {}

  static String detail(Event event) {
    return switch (event.getFactCase()) {
      case WORKFLOW_SUBMITTED -> "version " + event.getWorkflowSubmitted().getVersion();
      case TASK_SUBMITTED -> "version " + event.getTaskSubmitted().getVersion();
      case RUN_CREATED ->
          event.getRunCreated().getStepCount()
              + " steps, by "
              + event.getRunCreated().getInitiator();
      case RUN_MOVED -> event.getCause().getCommand().getReason();
      case STEPS_ENDED ->
          event.getStepsEnded().getStepsList().stream()
              .map(EventText::step)
              .collect(Collectors.joining(", "));
      case RUN_ENDED -> event.getRunEnded().getReason();
      case EXECUTION_LEASED ->
          "worker %s, attempt %d, fence %d"
              .formatted(
                  event.getExecutionLeased().getWorker(),
                  event.getExecutionLeased().getAttempt(),
                  event.getExecutionLeased().getFence());
      case ATTEMPT_FAILED ->
          "attempt %d: %s"
              .formatted(
                  event.getAttemptFailed().getAttempt(),
                  RunDetails.why(
                      event.getAttemptFailed().getReason(), event.getAttemptFailed().getMessage()));
      case EXECUTION_STOPPING -> event.getExecutionStopping().getReason();
      case EXECUTION_ENDED ->
          RunDetails.why(
              event.getExecutionEnded().getReason(), event.getExecutionEnded().getMessage());
      case FACT_NOT_SET -> "";
    };
  }

  private static String step(StepEnd step) {
    return step.getTask() + " " + step.getState().name().replaceFirst("^TASK_RUN_STATE_", "");
  }
}
