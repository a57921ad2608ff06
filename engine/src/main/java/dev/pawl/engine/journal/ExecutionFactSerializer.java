package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.journal.v1.ExecutionState;
import dev.pawl.engine.journal.v1.Operation;
import java.util.Optional;

/** The facts of executions in the journal. */
public final class ExecutionFactSerializer extends FactSerializer<ExecutionFact> {
  /** Stored beside every fact; never changes. */
  public static final int ID = 7_171_003;

  private static final String STATE = "EXECUTION_STATE_";

  public ExecutionFactSerializer() {
    super(ID, "execution.1", ExecutionFact.class);
  }

  @Override
  byte[] write(ExecutionFact fact) {
    var stored =
        dev.pawl.engine.journal.v1.ExecutionEvent.newBuilder()
            .setCause(FactParts.write(fact.cause()))
            .setAtMicros(FactParts.micros(fact.at()))
            .setBefore(state(fact.before()))
            .setAfter(state(fact.after()));
    if (!fact.data().empty()) {
      stored.setAdditionalData(FactParts.write(fact.data()));
    }
    switch (fact.event()) {
      case ExecutionEvent.Leased leased -> stored.setLeased(write(leased));
      case ExecutionEvent.AttemptFailed failed ->
          stored.setAttemptFailed(
              dev.pawl.engine.journal.v1.ExecutionEvent.AttemptFailed.newBuilder()
                  .setFence(failed.fence())
                  .setAttempt(failed.attempt())
                  .setStatus(state(failed.status().name()))
                  .setReason(failed.reason())
                  .setMessage(failed.message())
                  .setLastLogLine(failed.lastLogLine())
                  .setNextAttemptMicros(FactParts.micros(failed.nextAttemptAt())));
      case ExecutionEvent.Undone(var fence, var attempt, var line) ->
          stored.setUndone(
              dev.pawl.engine.journal.v1.ExecutionEvent.Undone.newBuilder()
                  .setFence(fence)
                  .setAttempt(attempt)
                  .setLastLogLine(line));
      case ExecutionEvent.StopBegan(var fence, var reason) ->
          stored.setStopBegan(
              dev.pawl.engine.journal.v1.ExecutionEvent.StopBegan.newBuilder()
                  .setFence(fence)
                  .setReason(reason));
      case ExecutionEvent.Stopped(var fence, var attempt, var reason, var text, var line) ->
          stored.setStopped(
              dev.pawl.engine.journal.v1.ExecutionEvent.Stopped.newBuilder()
                  .setFence(fence)
                  .setAttempt(attempt)
                  .setReason(reason)
                  .setMessage(text)
                  .setLastLogLine(line));
      case ExecutionEvent.Ended ended -> stored.setEnded(write(ended));
    }
    return FactParts.bytes(stored.build());
  }

  private static dev.pawl.engine.journal.v1.ExecutionEvent.Leased write(
      ExecutionEvent.Leased leased) {
    var stored =
        dev.pawl.engine.journal.v1.ExecutionEvent.Leased.newBuilder()
            .setFence(leased.fence())
            .setRound(leased.round())
            .setAttempt(leased.attempt())
            .setOperation(write(leased.operation()))
            .setBackward(leased.backward())
            .setWorker(leased.worker())
            .setIncarnation(leased.incarnation());
    leased.spec().ifPresent(spec -> stored.setSpec(write(spec)));
    return stored.build();
  }

  private static dev.pawl.engine.journal.v1.ExecutionEvent.Ended write(ExecutionEvent.Ended ended) {
    var stored =
        dev.pawl.engine.journal.v1.ExecutionEvent.Ended.newBuilder()
            .setFence(ended.fence())
            .setAttempt(ended.attempt())
            .setStatus(state(ended.status().name()))
            .setReason(ended.reason())
            .setMessage(ended.message())
            .setLastLogLine(ended.lastLogLine())
            .putAllOutputs(FactParts.write(ended.outputs()))
            .setUndone(ended.undone());
    ended.spec().ifPresent(spec -> stored.setSpec(write(spec)));
    ended.cleanUp().ifPresent(status -> stored.setCleanUp(state(status.name())));
    return stored.build();
  }

  private static dev.pawl.engine.journal.v1.ExecutionEvent.WorkSpec write(WorkSpec spec) {
    return dev.pawl.engine.journal.v1.ExecutionEvent.WorkSpec.newBuilder()
        .setProject(spec.project())
        .setDefinitionHash(FactParts.hash(spec.definitionHash()))
        .setTaskIndex(spec.taskIndex())
        .putAllInputs(FactParts.write(spec.inputs()))
        .setTraceparent(spec.traceparent())
        .build();
  }

  @Override
  ExecutionFact parse(byte[] bytes) throws InvalidProtocolBufferException {
    var stored = dev.pawl.engine.journal.v1.ExecutionEvent.parseFrom(bytes);
    ExecutionEvent event =
        switch (stored.getEventCase()) {
          case LEASED -> read(stored.getLeased());
          case ATTEMPT_FAILED -> {
            var failed = stored.getAttemptFailed();
            yield new ExecutionEvent.AttemptFailed(
                failed.getFence(),
                failed.getAttempt(),
                status(failed.getStatus()),
                failed.getReason(),
                failed.getMessage(),
                failed.getLastLogLine(),
                FactParts.instant(failed.getNextAttemptMicros()));
          }
          case STOP_BEGAN ->
              new ExecutionEvent.StopBegan(
                  stored.getStopBegan().getFence(), stored.getStopBegan().getReason());
          case UNDONE ->
              new ExecutionEvent.Undone(
                  stored.getUndone().getFence(),
                  stored.getUndone().getAttempt(),
                  stored.getUndone().getLastLogLine());
          case STOPPED ->
              new ExecutionEvent.Stopped(
                  stored.getStopped().getFence(),
                  stored.getStopped().getAttempt(),
                  stored.getStopped().getReason(),
                  stored.getStopped().getMessage(),
                  stored.getStopped().getLastLogLine());
          case ENDED -> read(stored.getEnded());
          case EVENT_NOT_SET -> throw FactParts.unknown("execution event", "no known member");
        };
    return new ExecutionFact(
        event,
        FactParts.read(stored.getCause()),
        FactParts.instant(stored.getAtMicros()),
        name(stored.getBefore()),
        name(stored.getAfter()),
        FactParts.read(stored.getAdditionalData()));
  }

  private static ExecutionEvent read(dev.pawl.engine.journal.v1.ExecutionEvent.Leased stored) {
    return new ExecutionEvent.Leased(
        stored.hasSpec() ? Optional.of(read(stored.getSpec())) : Optional.empty(),
        stored.getFence(),
        stored.getRound(),
        stored.getAttempt(),
        read(stored.getOperation()),
        stored.getBackward(),
        stored.getWorker(),
        stored.getIncarnation());
  }

  private static ExecutionEvent read(dev.pawl.engine.journal.v1.ExecutionEvent.Ended stored) {
    return new ExecutionEvent.Ended(
        stored.hasSpec() ? Optional.of(read(stored.getSpec())) : Optional.empty(),
        stored.getFence(),
        stored.getAttempt(),
        status(stored.getStatus()),
        stored.getReason(),
        stored.getMessage(),
        stored.getLastLogLine(),
        FactParts.read(stored.getOutputsMap()),
        stored.getCleanUp() == ExecutionState.EXECUTION_STATE_UNSPECIFIED
            ? Optional.empty()
            : Optional.of(status(stored.getCleanUp())),
        stored.getUndone());
  }

  private static WorkSpec read(dev.pawl.engine.journal.v1.ExecutionEvent.WorkSpec stored) {
    return new WorkSpec(
        stored.getProject(),
        FactParts.hex(stored.getDefinitionHash()),
        stored.getTaskIndex(),
        FactParts.read(stored.getInputsMap()),
        stored.getTraceparent());
  }

  private static ExecutionState state(String name) {
    return name.isEmpty()
        ? ExecutionState.EXECUTION_STATE_UNSPECIFIED
        : ExecutionState.valueOf(STATE + name);
  }

  private static String name(ExecutionState state) {
    return switch (state) {
      case EXECUTION_STATE_UNSPECIFIED -> "";
      case UNRECOGNIZED -> throw FactParts.unknown("state of an execution", state.name());
      case EXECUTION_STATE_PENDING,
          EXECUTION_STATE_READY,
          EXECUTION_STATE_RUNNING,
          EXECUTION_STATE_RETRY_WAIT,
          EXECUTION_STATE_TERMINATING,
          EXECUTION_STATE_ROLLING_BACK,
          EXECUTION_STATE_SUCCEEDED,
          EXECUTION_STATE_FAILED,
          EXECUTION_STATE_TIMED_OUT,
          EXECUTION_STATE_TERMINATED,
          EXECUTION_STATE_SKIPPED,
          EXECUTION_STATE_ROLLED_BACK,
          EXECUTION_STATE_ROLLBACK_FAILED ->
          state.name().substring(STATE.length());
    };
  }

  private static ExecutionStatus status(ExecutionState state) {
    return ExecutionStatus.valueOf(name(state));
  }

  private static Operation write(ExecutionEvent.Operation operation) {
    return switch (operation) {
      case EXECUTE -> Operation.OPERATION_EXECUTE;
      case RETRY -> Operation.OPERATION_RETRY;
      case ROLLBACK -> Operation.OPERATION_ROLLBACK;
      case CANCEL -> Operation.OPERATION_CANCEL;
    };
  }

  private static ExecutionEvent.Operation read(Operation operation) {
    return switch (operation) {
      case OPERATION_EXECUTE -> ExecutionEvent.Operation.EXECUTE;
      case OPERATION_RETRY -> ExecutionEvent.Operation.RETRY;
      case OPERATION_ROLLBACK -> ExecutionEvent.Operation.ROLLBACK;
      case OPERATION_CANCEL -> ExecutionEvent.Operation.CANCEL;
      case OPERATION_UNSPECIFIED, UNRECOGNIZED ->
          throw FactParts.unknown("operation", operation.name());
    };
  }
}
