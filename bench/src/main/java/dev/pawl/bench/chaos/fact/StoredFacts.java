package dev.pawl.bench.chaos.fact;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Value;
import com.google.protobuf.util.Values;
import dev.pawl.bench.chaos.record.Digest;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.engine.journal.v1.DefinitionEvent;
import dev.pawl.engine.journal.v1.DefinitionKind;
import dev.pawl.engine.journal.v1.ExecutionEvent;
import dev.pawl.engine.journal.v1.Payload;
import dev.pawl.engine.journal.v1.RunEvent;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the journal's bytes by their schema alone: the engine's own reading is what is judged. */
final class StoredFacts {
  private static final HexFormat HEX = HexFormat.of();

  private final TaskNames tasks;

  StoredFacts(TaskNames tasks) {
    this.tasks = tasks;
  }

  /** The names of a run's tasks, which the journal knows by their index. */
  @FunctionalInterface
  interface TaskNames {
    String name(String run, int index);
  }

  /** What a row's bytes say. */
  record Told(long at, String before, String after, Cause cause, Change change) {}

  Told definition(byte[] bytes) throws InvalidProtocolBufferException {
    DefinitionEvent stored = DefinitionEvent.parseFrom(bytes);
    return new Told(
        stored.getAtMicros(),
        stored.getBefore(),
        stored.getAfter(),
        cause(stored.getCause()),
        switch (stored.getEventCase()) {
          case SUBMITTED ->
              new Change.Submitted(
                  stored.getSubmitted().getVersion(),
                  HEX.formatHex(stored.getSubmitted().getHash().toByteArray()));
          case EVENT_NOT_SET -> throw unknown("definition");
        });
  }

  /**
   * @param run its id
   */
  Told run(String run, byte[] bytes) throws InvalidProtocolBufferException {
    RunEvent stored = RunEvent.parseFrom(bytes);
    return new Told(
        stored.getAtMicros(),
        Names.state(stored.getBefore(), "RUN_STATE_"),
        Names.state(stored.getAfter(), "RUN_STATE_"),
        cause(stored.getCause()),
        switch (stored.getEventCase()) {
          case CREATED -> created(stored.getCreated());
          case PAUSE_BEGAN -> new Change.PauseBegan();
          case PAUSED -> new Change.Paused();
          case CONTINUED -> new Change.Continued();
          case STOP_BEGAN ->
              new Change.RunStopBegan(
                  Names.state(stored.getStopBegan().getReason(), "STOP_REASON_"));
          case STEPS_ENDED ->
              new Change.StepsEnded(
                  stored.getStepsEnded().getEndsList().stream()
                      .map(end -> stepEnd(run, end))
                      .toList());
          case ENDED ->
              new Change.RunEnded(
                  Names.state(stored.getEnded().getStatus(), "RUN_STATE_"),
                  stored.getEnded().getReason(),
                  stored.getEnded().hasFailedTask()
                      ? OptionalInt.of(stored.getEnded().getFailedTask())
                      : OptionalInt.empty(),
                  hash(stored.getEnded().getOutputsMap()));
          case EVENT_NOT_SET -> throw unknown("run");
        });
  }

  private static Change created(RunEvent.Created created) {
    String kind =
        created.getDefinitionKind() == DefinitionKind.DEFINITION_KIND_TASK ? "task|" : "workflow|";
    return new Change.RunCreated(
        kind + created.getProject() + "/" + created.getDefinition(),
        created.getDefinitionVersion(),
        HEX.formatHex(created.getDefinitionHash().toByteArray()),
        created.getTaskCount(),
        created.getRequestId(),
        HEX.formatHex(created.getBodyHash().toByteArray()),
        created.hasDeadlineMicros()
            ? OptionalLong.of(created.getDeadlineMicros())
            : OptionalLong.empty());
  }

  private Change.StepEnd stepEnd(String run, RunEvent.StepEnd end) {
    return new Change.StepEnd(
        tasks.name(run, end.getIndex()),
        end.getIndex(),
        Names.state(end.getOutcome(), "STEP_OUTCOME_"),
        end.getReason(),
        end.getAttempt(),
        end.getFence(),
        end.getWorker(),
        end.hasStartedMicros() ? OptionalLong.of(end.getStartedMicros()) : OptionalLong.empty(),
        end.getEndedMicros(),
        hash(end.getOutputsMap()));
  }

  Told execution(byte[] bytes) throws InvalidProtocolBufferException {
    ExecutionEvent stored = ExecutionEvent.parseFrom(bytes);
    return new Told(
        stored.getAtMicros(),
        Names.state(stored.getBefore(), "EXECUTION_STATE_"),
        Names.state(stored.getAfter(), "EXECUTION_STATE_"),
        cause(stored.getCause()),
        switch (stored.getEventCase()) {
          case LEASED -> leased(stored.getLeased());
          case ATTEMPT_FAILED ->
              new Change.AttemptFailed(
                  stored.getAttemptFailed().getFence(),
                  Names.state(stored.getAttemptFailed().getStatus(), "EXECUTION_STATE_"),
                  stored.getAttemptFailed().getReason(),
                  stored.getAttemptFailed().getNextAttemptMicros());
          case STOP_BEGAN ->
              new Change.StopBegan(
                  stored.getStopBegan().getFence(), stored.getStopBegan().getReason());
          case ENDED ->
              new Change.Ended(
                  stored.getEnded().getFence(),
                  Names.state(stored.getEnded().getStatus(), "EXECUTION_STATE_"),
                  stored.getEnded().getReason(),
                  hash(stored.getEnded().getOutputsMap()));
          case EVENT_NOT_SET -> throw unknown("execution");
        });
  }

  private static Change leased(ExecutionEvent.Leased leased) {
    boolean first = leased.hasSpec();
    return new Change.Leased(
        leased.getFence(),
        leased.getRound(),
        leased.getAttempt(),
        Names.state(leased.getOperation(), "OPERATION_"),
        leased.getWorker(),
        leased.getIncarnation(),
        first ? HEX.formatHex(leased.getSpec().getDefinitionHash().toByteArray()) : "",
        first ? OptionalInt.of(leased.getSpec().getTaskIndex()) : OptionalInt.empty(),
        first ? hash(leased.getSpec().getInputsMap()) : "");
  }

  private static Cause cause(dev.pawl.engine.journal.v1.Cause stored) {
    return switch (stored.getCauseCase()) {
      case COMMAND ->
          new Cause.Command(
              stored.getCommand().getRequestId(),
              HEX.formatHex(stored.getCommand().getBodyHash().toByteArray()),
              stored.getCommand().getPrincipal());
      case REPORT ->
          new Cause.Report(stored.getReport().getWorker(), stored.getReport().getFence());
      case TIMER -> new Cause.Timer(stored.getTimer());
      case PARENT -> new Cause.Parent(stored.getParent());
      case CAUSE_NOT_SET -> new Cause.Timer("NOTHING");
    };
  }

  private static String hash(Map<String, Payload> payloads) {
    Map<String, Value> values = new HashMap<>();
    payloads.forEach(
        (name, payload) ->
            values.put(
                name,
                payload.hasValue()
                    ? payload.getValue()
                    : Values.of(
                        "stored:" + HEX.formatHex(payload.getStored().getHash().toByteArray()))));
    return Digest.of(values);
  }

  private static IllegalStateException unknown(String kind) {
    return new IllegalStateException(
        "the journal holds a %s event that this build does not know".formatted(kind));
  }
}
