package dev.pawl.bench.chaos.fact;

import com.google.protobuf.Timestamp;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.v1.Event;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a watch's message says, in the words that the journal's fact is shown in. */
public final class WatchedFact {
  private WatchedFact() {}

  /** The whole message in one line. */
  public static String shown(Event event) {
    return Fact.shown(
        micros(event.getTime()),
        event.getStateBefore(),
        event.getStateAfter(),
        cause(event.getCause()),
        change(event));
  }

  private static long micros(Timestamp time) {
    return time.getSeconds() * 1_000_000 + time.getNanos() / 1_000;
  }

  private static Cause cause(dev.pawl.v1.Cause cause) {
    return switch (cause.getCauseCase()) {
      case COMMAND ->
          new Cause.Command(
              cause.getCommand().getRequestId(), "", cause.getCommand().getPrincipal());
      case REPORT -> new Cause.Report(cause.getReport().getWorker(), cause.getReport().getFence());
      case TIMER -> new Cause.Timer(cause.getTimer().getTimer());
      case PARENT -> new Cause.Parent(Names.id(cause.getParent()));
      case CAUSE_NOT_SET -> new Cause.Timer("NOTHING");
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
      case RUN_MOVED -> new Change.Paused();
      case STEPS_ENDED -> new Change.StepsEnded(ends(event));
      case RUN_ENDED ->
          new Change.RunEnded(
              event.getStateAfter(), event.getRunEnded().getReason(), OptionalInt.empty(), "");
      case EXECUTION_LEASED ->
          new Change.Leased(
              event.getExecutionLeased().getFence(),
              event.getExecutionLeased().getRound(),
              event.getExecutionLeased().getAttempt(),
              Names.state(event.getExecutionLeased().getOperation(), "OPERATION_"),
              event.getExecutionLeased().getWorker(),
              "",
              "",
              OptionalInt.empty(),
              "");
      case ATTEMPT_FAILED ->
          new Change.AttemptFailed(
              event.getAttemptFailed().getFence(),
              Names.state(event.getAttemptFailed().getAttemptState(), "EXECUTION_STATE_"),
              event.getAttemptFailed().getReason(),
              micros(event.getAttemptFailed().getNextAttemptTime()));
      case EXECUTION_STOPPING ->
          new Change.StopBegan(
              event.getExecutionStopping().getFence(), event.getExecutionStopping().getReason());
      case EXECUTION_ENDED ->
          new Change.Ended(
              event.getExecutionEnded().getFence(),
              Names.state(event.getExecutionEnded().getState(), "EXECUTION_STATE_"),
              event.getExecutionEnded().getReason(),
              "");
      case FACT_NOT_SET ->
          throw new IllegalArgumentException("a message without a fact: " + event.getName());
    };
  }

  private static List<Change.StepEnd> ends(Event event) {
    return event.getStepsEnded().getStepsList().stream()
        .map(
            end ->
                new Change.StepEnd(
                    end.getTask(),
                    0,
                    Names.state(end.getState(), "TASK_RUN_STATE_"),
                    end.getReason(),
                    end.getAttempt(),
                    end.getFence(),
                    "",
                    OptionalLong.empty(),
                    0,
                    ""))
        .toList();
  }
}
