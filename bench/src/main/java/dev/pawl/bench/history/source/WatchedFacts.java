package dev.pawl.bench.history.source;

import com.google.protobuf.Timestamp;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Watch;
import dev.pawl.v1.Event;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the messages of a watch, so that they compare with {@link StoredFacts}. */
public final class WatchedFacts {
  private WatchedFacts() {}

  /**
   * An event that arrived.
   *
   * @param at when it did
   */
  public static Watch.Delivered delivered(
      String subscription, long at, Event event, String cursor) {
    return new Watch.Delivered(
        subscription,
        at,
        EntityNames.ofResource(event.getName()),
        event.getSequence(),
        Fact.shown(
            micros(event.getTime()),
            event.getStateBefore(),
            event.getStateAfter(),
            cause(event.getCause()),
            change(event)),
        cursor);
  }

  private static Cause cause(dev.pawl.v1.Cause shown) {
    return switch (shown.getCauseCase()) {
      case COMMAND ->
          new Cause.Command(
              shown.getCommand().getRequestId(), "", shown.getCommand().getPrincipal());
      case REPORT -> new Cause.Report(shown.getReport().getWorker(), shown.getReport().getFence());
      case TIMER -> new Cause.Timer(shown.getTimer().getTimer());
      case PARENT -> new Cause.Parent(EntityNames.bare(shown.getParent()));
      case CAUSE_NOT_SET -> throw new IllegalArgumentException("an event without a cause");
    };
  }

  private static Change change(Event event) {
    return switch (event.getFactCase()) {
      case WORKFLOW_SUBMITTED ->
          new Change.Submitted(
              event.getWorkflowSubmitted().getVersion(),
              event.getWorkflowSubmitted().getDefinitionHash());
      case TASK_SUBMITTED ->
          new Change.Submitted(
              event.getTaskSubmitted().getVersion(), event.getTaskSubmitted().getDefinitionHash());
      case RUN_CREATED ->
          new Change.RunCreated(
              "",
              event.getRunCreated().getDefinitionVersion(),
              event.getRunCreated().getDefinitionHash(),
              event.getRunCreated().getStepCount(),
              "",
              "",
              OptionalLong.empty());
      // The states say which move it was; shown as one.
      case RUN_MOVED -> new Change.Continued();
      case STEPS_ENDED ->
          new Change.StepsEnded(
              event.getStepsEnded().getStepsList().stream()
                  .map(
                      end ->
                          new Change.StepEnd(
                              end.getTask(),
                              0,
                              name(end.getState(), "TASK_RUN_STATE_"),
                              end.getReason(),
                              end.getAttempt(),
                              end.getFence(),
                              "",
                              OptionalLong.empty(),
                              0,
                              ""))
                  .toList());
      case RUN_ENDED ->
          new Change.RunEnded(
              event.getStateAfter(), event.getRunEnded().getReason(), OptionalInt.empty(), "");
      case EXECUTION_LEASED ->
          new Change.Leased(
              event.getExecutionLeased().getFence(),
              event.getExecutionLeased().getRound(),
              event.getExecutionLeased().getAttempt(),
              name(event.getExecutionLeased().getOperation(), "OPERATION_"),
              event.getExecutionLeased().getWorker(),
              "",
              "",
              OptionalInt.empty(),
              "");
      case ATTEMPT_FAILED ->
          new Change.AttemptFailed(
              event.getAttemptFailed().getFence(),
              name(event.getAttemptFailed().getAttemptState(), "EXECUTION_STATE_"),
              event.getAttemptFailed().getReason(),
              micros(event.getAttemptFailed().getNextAttemptTime()));
      case EXECUTION_UNDONE -> new Change.Undone(event.getExecutionUndone().getFence());
      case EXECUTION_STOPPED ->
          new Change.Stopped(
              event.getExecutionStopped().getFence(), event.getExecutionStopped().getReason());
      case EXECUTION_STOPPING ->
          new Change.StopBegan(
              event.getExecutionStopping().getFence(), event.getExecutionStopping().getReason());
      case EXECUTION_ENDED ->
          new Change.Ended(
              event.getExecutionEnded().getFence(),
              name(event.getExecutionEnded().getState(), "EXECUTION_STATE_"),
              event.getExecutionEnded().getReason(),
              "");
      case FACT_NOT_SET -> throw new IllegalArgumentException("an event without a fact");
    };
  }

  private static String name(Enum<?> shown, String prefix) {
    return shown.name().startsWith(prefix) ? shown.name().substring(prefix.length()) : shown.name();
  }

  private static long micros(Timestamp timestamp) {
    return Math.addExact(
        Math.multiplyExact(timestamp.getSeconds(), 1_000_000L), timestamp.getNanos() / 1_000L);
  }
}
