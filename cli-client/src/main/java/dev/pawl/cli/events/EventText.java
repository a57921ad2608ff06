package dev.pawl.cli.events;

import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.v1.Event;
import dev.pawl.v1.RunMoved;
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
      case RUN_MOVED -> RunDetails.why(again(event.getRunMoved()), said(event));
      case STEPS_ENDED ->
          RunDetails.why(
              event.getStepsEnded().getStepsList().stream()
                  .map(EventText::step)
                  .collect(Collectors.joining(", ")),
              said(event));
      case RUN_ENDED -> RunDetails.why(event.getRunEnded().getReason(), said(event));
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
      case EXECUTION_STOPPED ->
          "attempt %d stopped, clean-up follows"
              .formatted(event.getExecutionStopped().getAttempt());
      case EXECUTION_UNDONE ->
          "attempt %d undone".formatted(event.getExecutionUndone().getAttempt());
      case EXECUTION_ENDED ->
          RunDetails.why(
              event.getExecutionEnded().getReason(), event.getExecutionEnded().getMessage());
      case FACT_NOT_SET -> "";
    };
  }

  /** What is done once more. */
  private static String again(RunMoved moved) {
    if (moved.getRedone()) {
      return "all steps again";
    }
    if (moved.getUndoingStepsCount() > 0) {
      return "undoing " + Names.some(moved.getUndoingStepsList());
    }
    if (moved.getStoppingStepsCount() > 0) {
      return "stopping " + Names.some(moved.getStoppingStepsList());
    }
    return moved.getReopenedStepsCount() == 0
        ? ""
        : "again " + Names.some(moved.getReopenedStepsList());
  }

  /** The reason that somebody gave for the command; empty when nobody did. */
  private static String said(Event event) {
    return event.getCause().getCommand().getReason();
  }

  private static String step(StepEnd step) {
    return step.getTask()
        + (step.getExecution() > 0 ? "/" + step.getExecution() : "")
        + " "
        + States.name(step.getState())
        + (step.getPassed() ? " (passed)" : "");
  }
}
