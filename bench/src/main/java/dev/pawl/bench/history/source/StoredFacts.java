package dev.pawl.bench.history.source;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.engine.journal.v1.DefinitionEvent;
import dev.pawl.engine.journal.v1.DefinitionKind;
import dev.pawl.engine.journal.v1.ExecutionEvent;
import dev.pawl.engine.journal.v1.RunEvent;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads rows of the journal, straight from its schema. Rows must come in the order of (persistence
 * id, sequence number): the ends of a run's tasks are named by the definition that its first fact
 * names.
 */
public final class StoredFacts {
  private static final HexFormat HEX = HexFormat.of();

  private final Function<String, List<String>> tasks;
  private final Map<String, List<String>> runs = new HashMap<>();

  /**
   * A reader of rows.
   *
   * @param tasks the names of a definition's tasks in their order, by its hash
   */
  public StoredFacts(Function<String, List<String>> tasks) {
    this.tasks = tasks;
  }

  /** Where a row stands and who wrote it. */
  public record Row(
      String persistenceId, long sequence, long epoch, long xid, long ordering, String writer) {}

  /**
   * The fact in a row.
   *
   * @throws IllegalArgumentException when the bytes are not of this schema: a history must not pass
   *     over a row
   */
  public Fact read(Row row, String manifest, byte[] payload) {
    try {
      return switch (manifest) {
        case "run.1" -> read(row, RunEvent.parseFrom(payload));
        case "execution.1" -> read(row, ExecutionEvent.parseFrom(payload));
        case "definition.1" -> read(row, DefinitionEvent.parseFrom(payload));
        default -> throw unknown(row, "manifest " + manifest);
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the row %s holds no fact".formatted(row), e);
    }
  }

  private static Fact read(Row row, DefinitionEvent stored) {
    Change change =
        switch (stored.getEventCase()) {
          case SUBMITTED ->
              new Change.Submitted(
                  stored.getSubmitted().getVersion(), hex(stored.getSubmitted().getHash()));
          case EVENT_NOT_SET -> throw unknown(row, "event");
        };
    return fact(
        row,
        stored.getAtMicros(),
        stored.getBefore(),
        stored.getAfter(),
        cause(row, stored.getCause()),
        change);
  }

  private Fact read(Row row, RunEvent stored) {
    Change change =
        switch (stored.getEventCase()) {
          case CREATED -> created(row, stored.getCreated());
          case PAUSE_BEGAN -> new Change.PauseBegan(stored.getPauseBegan().getForced());
          case PAUSED -> new Change.Paused();
          case CONTINUED -> new Change.Continued();
          case REOPENED ->
              new Change.WentOn("REOPENED", steps(stored.getReopened().getAgainList()));
          case RETRIED -> new Change.WentOn("RETRIED", steps(stored.getRetried().getAgainList()));
          case REDONE -> new Change.WentOn("REDONE", List.of());
          case STEP_REDONE ->
              new Change.WentOn("STEP_REDONE", steps(List.of(stored.getStepRedone().getAgain())));
          case STEP_STOP_BEGAN ->
              new Change.StepStopBegan(
                  stored.getStepStopBegan().getIndex(), stored.getStepStopBegan().getPassing());
          case LOCK_LOST -> new Change.LockLost();
          case STEP_PASSED -> new Change.StepPassed(read(row, stored.getStepPassed().getEnd()));
          case PASSED -> new Change.RunPassed();
          case ROLLBACK_BEGAN ->
              new Change.WentOn("ROLLBACK", steps(stored.getRollbackBegan().getStepsList()));
          case STEPS_UNDONE -> undone(row, stored.getStepsUndone().getIndexesList());
          case STOP_BEGAN ->
              new Change.RunStopBegan(name(stored.getStopBegan().getReason(), "STOP_REASON_"));
          case STEPS_ENDED ->
              new Change.StepsEnded(
                  stored.getStepsEnded().getEndsList().stream()
                      .map(end -> read(row, end))
                      .toList());
          case ENDED ->
              new Change.RunEnded(
                  name(stored.getEnded().getStatus(), "RUN_STATE_"),
                  stored.getEnded().getReason(),
                  stored.getEnded().hasFailedTask()
                      ? OptionalInt.of(stored.getEnded().getFailedTask())
                      : OptionalInt.empty(),
                  Hashes.ofStored(stored.getEnded().getOutputsMap()));
          case EVENT_NOT_SET -> throw unknown(row, "event");
        };
    return fact(
        row,
        stored.getAtMicros(),
        name(stored.getBefore(), "RUN_STATE_"),
        name(stored.getAfter(), "RUN_STATE_"),
        cause(row, stored.getCause()),
        change);
  }

  private Change created(Row row, RunEvent.Created stored) {
    String hash = hex(stored.getDefinitionHash());
    runs.put(row.persistenceId(), tasks.apply(hash));
    return new Change.RunCreated(
        (stored.getDefinitionKind() == DefinitionKind.DEFINITION_KIND_TASK ? "task|" : "workflow|")
            + stored.getProject()
            + "/"
            + stored.getDefinition(),
        stored.getDefinitionVersion(),
        hash,
        stored.getTaskCount(),
        stored.getRequestId(),
        hex(stored.getBodyHash()),
        stored.hasDeadlineMicros()
            ? OptionalLong.of(stored.getDeadlineMicros())
            : OptionalLong.empty());
  }

  /** Steps that had nothing to take back: a watch shows them as ended. */
  private Change undone(Row row, List<Integer> indexes) {
    List<String> names = runs.getOrDefault(row.persistenceId(), List.of());
    return new Change.StepsEnded(
        indexes.stream()
            .map(
                index ->
                    new Change.StepEnd(
                        index < names.size() ? names.get(index) : "",
                        index,
                        "ROLLED_BACK",
                        "",
                        0,
                        0,
                        "",
                        OptionalLong.empty(),
                        0,
                        ""))
            .toList());
  }

  private static List<Integer> steps(List<RunEvent.Again> again) {
    return again.stream().map(RunEvent.Again::getIndex).toList();
  }

  private Change.StepEnd read(Row row, RunEvent.StepEnd stored) {
    List<String> names = runs.getOrDefault(row.persistenceId(), List.of());
    return new Change.StepEnd(
        stored.getIndex() < names.size() ? names.get(stored.getIndex()) : "",
        stored.getIndex(),
        name(stored.getOutcome(), "STEP_OUTCOME_"),
        stored.getReason(),
        stored.getAttempt(),
        stored.getFence(),
        stored.getWorker(),
        stored.hasStartedMicros()
            ? OptionalLong.of(stored.getStartedMicros())
            : OptionalLong.empty(),
        stored.getEndedMicros(),
        Hashes.ofStored(stored.getOutputsMap()));
  }

  private static Fact read(Row row, ExecutionEvent stored) {
    Change change =
        switch (stored.getEventCase()) {
          case LEASED -> leased(stored.getLeased());
          case ATTEMPT_FAILED ->
              new Change.AttemptFailed(
                  stored.getAttemptFailed().getFence(),
                  name(stored.getAttemptFailed().getStatus(), "EXECUTION_STATE_"),
                  stored.getAttemptFailed().getReason(),
                  stored.getAttemptFailed().getNextAttemptMicros());
          case UNDONE -> new Change.Undone(stored.getUndone().getFence());
          case STOPPED ->
              new Change.Stopped(stored.getStopped().getFence(), stored.getStopped().getReason());
          case STOP_BEGAN ->
              new Change.StopBegan(
                  stored.getStopBegan().getFence(), stored.getStopBegan().getReason());
          case ENDED ->
              new Change.Ended(
                  stored.getEnded().getFence(),
                  name(stored.getEnded().getStatus(), "EXECUTION_STATE_"),
                  stored.getEnded().getReason(),
                  Hashes.ofStored(stored.getEnded().getOutputsMap()));
          case EVENT_NOT_SET -> throw unknown(row, "event");
        };
    return fact(
        row,
        stored.getAtMicros(),
        name(stored.getBefore(), "EXECUTION_STATE_"),
        name(stored.getAfter(), "EXECUTION_STATE_"),
        cause(row, stored.getCause()),
        change);
  }

  private static Change leased(ExecutionEvent.Leased stored) {
    return new Change.Leased(
        stored.getFence(),
        stored.getRound(),
        stored.getAttempt(),
        name(stored.getOperation(), "OPERATION_"),
        stored.getWorker(),
        stored.getIncarnation(),
        stored.hasSpec() ? hex(stored.getSpec().getDefinitionHash()) : "",
        stored.hasSpec() ? OptionalInt.of(stored.getSpec().getTaskIndex()) : OptionalInt.empty(),
        stored.hasSpec() ? Hashes.ofStored(stored.getSpec().getInputsMap()) : "");
  }

  private static Cause cause(Row row, dev.pawl.engine.journal.v1.Cause stored) {
    return switch (stored.getCauseCase()) {
      case COMMAND ->
          new Cause.Command(
              stored.getCommand().getRequestId(),
              hex(stored.getCommand().getBodyHash()),
              stored.getCommand().getPrincipal());
      case REPORT ->
          new Cause.Report(stored.getReport().getWorker(), stored.getReport().getFence());
      case TIMER -> new Cause.Timer(stored.getTimer());
      case PARENT -> new Cause.Parent(stored.getParent());
      case CAUSE_NOT_SET -> throw unknown(row, "cause");
    };
  }

  private static Fact fact(
      Row row, long at, String before, String after, Cause cause, Change change) {
    return new Fact(
        row.persistenceId(),
        row.sequence(),
        row.epoch(),
        row.xid(),
        row.ordering(),
        row.writer(),
        at,
        before,
        after,
        cause,
        change);
  }

  /** The model's name of a stored one; empty for the value that stands for none. */
  private static String name(Enum<?> stored, String prefix) {
    String name = stored.name();
    return name.equals(prefix + "UNSPECIFIED")
        ? ""
        : name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  private static String hex(ByteString hash) {
    return HEX.formatHex(hash.toByteArray());
  }

  private static IllegalArgumentException unknown(Row row, String what) {
    return new IllegalArgumentException("the row %s has an unknown %s".formatted(row, what));
  }
}
