package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.v1.RunState;
import dev.pawl.engine.journal.v1.StepOutcome;
import dev.pawl.engine.journal.v1.StopReason;
import dev.pawl.engine.run.Again;
import dev.pawl.engine.run.ParentStep;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepEnd;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The facts of runs in the journal. */
public final class RunFactSerializer extends FactSerializer<RunFact> {
  /** Stored beside every fact; never changes. */
  public static final int ID = 7_171_002;

  private static final String STATE = "RUN_STATE_";

  public RunFactSerializer() {
    super(ID, "run.1", RunFact.class);
  }

  @Override
  byte[] write(RunFact fact) {
    var stored =
        dev.pawl.engine.journal.v1.RunEvent.newBuilder()
            .setCause(FactParts.write(fact.cause()))
            .setAtMicros(FactParts.micros(fact.at()))
            .setBefore(state(fact.before()))
            .setAfter(state(fact.after()));
    switch (fact.event()) {
      case RunEvent.Created(var header) -> stored.setCreated(write(header));
      case RunEvent.PauseBegan(var forced, var until) -> {
        var began = dev.pawl.engine.journal.v1.RunEvent.PauseBegan.newBuilder().setForced(forced);
        until.ifPresent(at -> began.setUntilMicros(FactParts.micros(at)));
        stored.setPauseBegan(began);
      }
      case RunEvent.Paused(var until) -> {
        var paused = dev.pawl.engine.journal.v1.RunEvent.Paused.newBuilder();
        until.ifPresent(at -> paused.setUntilMicros(FactParts.micros(at)));
        stored.setPaused(paused);
      }
      case RunEvent.Continued(var again) ->
          stored.setContinued(
              dev.pawl.engine.journal.v1.RunEvent.Continued.newBuilder().addAllAgain(write(again)));
      case RunEvent.Reopened(var again) ->
          stored.setReopened(
              dev.pawl.engine.journal.v1.RunEvent.Reopened.newBuilder().addAllAgain(write(again)));
      case RunEvent.Retried(var again) ->
          stored.setRetried(
              dev.pawl.engine.journal.v1.RunEvent.Retried.newBuilder().addAllAgain(write(again)));
      case RunEvent.Redone _ ->
          stored.setRedone(dev.pawl.engine.journal.v1.RunEvent.Redone.getDefaultInstance());
      case RunEvent.StepPassed(var end, var was) ->
          stored.setStepPassed(
              dev.pawl.engine.journal.v1.RunEvent.StepPassed.newBuilder()
                  .setEnd(write(end))
                  .setWas(write(was)));
      case RunEvent.StepStopBegan(var index, var passing) ->
          stored.setStepStopBegan(
              dev.pawl.engine.journal.v1.RunEvent.StepStopBegan.newBuilder()
                  .setIndex(index)
                  .setPassing(passing));
      case RunEvent.StepRedone(var again) ->
          stored.setStepRedone(
              dev.pawl.engine.journal.v1.RunEvent.StepRedone.newBuilder()
                  .setAgain(write(List.of(again)).getFirst()));
      case RunEvent.Passed _ ->
          stored.setPassed(dev.pawl.engine.journal.v1.RunEvent.Passed.getDefaultInstance());
      case RunEvent.RollbackBegan(var steps) ->
          stored.setRollbackBegan(
              dev.pawl.engine.journal.v1.RunEvent.RollbackBegan.newBuilder()
                  .addAllSteps(write(steps)));
      case RunEvent.StepsUndone(var indexes) ->
          stored.setStepsUndone(
              dev.pawl.engine.journal.v1.RunEvent.StepsUndone.newBuilder().addAllIndexes(indexes));
      case RunEvent.StopBegan(var reason) ->
          stored.setStopBegan(
              dev.pawl.engine.journal.v1.RunEvent.StopBegan.newBuilder().setReason(write(reason)));
      case RunEvent.StepsEnded(var ends) -> {
        var several = dev.pawl.engine.journal.v1.RunEvent.StepsEnded.newBuilder();
        ends.forEach(end -> several.addEnds(write(end)));
        stored.setStepsEnded(several);
      }
      case RunEvent.LockLost(var lock, var by, var reason) ->
          stored.setLockLost(
              dev.pawl.engine.journal.v1.RunEvent.LockLost.newBuilder()
                  .setLock(LockFactSerializer.write(lock))
                  .setBy(by)
                  .setReason(reason));
      case RunEvent.Ended ended -> stored.setEnded(write(ended));
    }
    return FactParts.bytes(stored.build());
  }

  private static dev.pawl.engine.journal.v1.RunEvent.Created write(RunHeader header) {
    var stored =
        dev.pawl.engine.journal.v1.RunEvent.Created.newBuilder()
            .setDefinitionKind(write(header.definition().kind()))
            .setProject(header.definition().project())
            .setDefinition(header.definition().name())
            .setDefinitionVersion(header.definitionVersion())
            .setDefinitionHash(FactParts.hash(header.definitionHash()))
            .setTaskCount(header.taskCount())
            .putAllParameters(FactParts.write(header.parameters()))
            .putAllLabels(header.labels())
            .setInitiator(header.initiator())
            .setRequestId(header.requestId())
            .setBodyHash(FactParts.hash(header.bodyHash()))
            .setTraceparent(header.traceparent())
            .addAllLocks(LockFactSerializer.write(header.locks()))
            .putAllSplit(header.split());
    header.deadline().ifPresent(at -> stored.setDeadlineMicros(FactParts.micros(at)));
    header.objects().forEach(object -> stored.addObjects(write(object)));
    header
        .parent()
        .ifPresent(
            parent ->
                stored
                    .getParentBuilder()
                    .setExecution(parent.execution().entityId())
                    .setDepth(parent.depth()));
    return stored.build();
  }

  private static dev.pawl.engine.journal.v1.RunEvent.Object write(RunObject object) {
    return dev.pawl.engine.journal.v1.RunEvent.Object.newBuilder()
        .setKind(object.kind())
        .setName(object.name())
        .setId(object.id())
        .build();
  }

  private static dev.pawl.engine.journal.v1.RunEvent.StepEnd write(StepEnd end) {
    var stored =
        dev.pawl.engine.journal.v1.RunEvent.StepEnd.newBuilder()
            .setIndex(end.index())
            .setOutcome(write(end.outcome()))
            .setReason(end.reason())
            .setMessage(end.message())
            .setLastLogLine(end.lastLogLine())
            .setAttempt(end.attempt())
            .setFence(end.fence())
            .setWorker(end.worker())
            .setEndedMicros(FactParts.micros(end.endedAt()))
            .putAllOutputs(FactParts.write(end.outputs()))
            .setPassed(end.passed())
            .setTakenBack(end.takenBack());
    end.startedAt().ifPresent(at -> stored.setStartedMicros(FactParts.micros(at)));
    if (!end.data().empty()) {
      stored.setAdditionalData(FactParts.write(end.data()));
    }
    return stored.build();
  }

  private static List<dev.pawl.engine.journal.v1.RunEvent.Again> write(List<Again> again) {
    return again.stream()
        .map(
            one ->
                dev.pawl.engine.journal.v1.RunEvent.Again.newBuilder()
                    .setIndex(one.index())
                    .setWas(write(one.was()))
                    .build())
        .toList();
  }

  private static dev.pawl.engine.journal.v1.RunEvent.Ended write(RunEvent.Ended ended) {
    var stored =
        dev.pawl.engine.journal.v1.RunEvent.Ended.newBuilder()
            .setStatus(state(ended.status().name()))
            .setReason(ended.reason())
            .putAllOutputs(FactParts.write(ended.outputs()));
    ended.failedTask().ifPresent(stored::setFailedTask);
    return stored.build();
  }

  @Override
  RunFact parse(byte[] bytes) throws InvalidProtocolBufferException {
    var stored = dev.pawl.engine.journal.v1.RunEvent.parseFrom(bytes);
    Instant at = FactParts.instant(stored.getAtMicros());
    RunEvent event =
        switch (stored.getEventCase()) {
          case CREATED -> new RunEvent.Created(read(stored.getCreated(), at));
          case PAUSE_BEGAN -> {
            var began = stored.getPauseBegan();
            yield new RunEvent.PauseBegan(
                began.getForced(),
                began.hasUntilMicros()
                    ? Optional.of(FactParts.instant(began.getUntilMicros()))
                    : Optional.empty());
          }
          case PAUSED ->
              new RunEvent.Paused(
                  stored.getPaused().hasUntilMicros()
                      ? Optional.of(FactParts.instant(stored.getPaused().getUntilMicros()))
                      : Optional.empty());
          case CONTINUED -> new RunEvent.Continued(read(stored.getContinued().getAgainList()));
          case REOPENED -> new RunEvent.Reopened(read(stored.getReopened().getAgainList()));
          case RETRIED -> new RunEvent.Retried(read(stored.getRetried().getAgainList()));
          case REDONE -> new RunEvent.Redone();
          case STEP_PASSED ->
              new RunEvent.StepPassed(
                  read(stored.getStepPassed().getEnd()), read(stored.getStepPassed().getWas()));
          case STEP_STOP_BEGAN ->
              new RunEvent.StepStopBegan(
                  stored.getStepStopBegan().getIndex(), stored.getStepStopBegan().getPassing());
          case STEP_REDONE ->
              new RunEvent.StepRedone(read(List.of(stored.getStepRedone().getAgain())).getFirst());
          case PASSED -> new RunEvent.Passed();
          case ROLLBACK_BEGAN ->
              new RunEvent.RollbackBegan(read(stored.getRollbackBegan().getStepsList()));
          case STEPS_UNDONE -> new RunEvent.StepsUndone(stored.getStepsUndone().getIndexesList());
          case STOP_BEGAN -> new RunEvent.StopBegan(read(stored.getStopBegan().getReason()));
          case STEPS_ENDED ->
              new RunEvent.StepsEnded(
                  stored.getStepsEnded().getEndsList().stream()
                      .map(RunFactSerializer::read)
                      .toList());
          case LOCK_LOST ->
              new RunEvent.LockLost(
                  LockFactSerializer.read(stored.getLockLost().getLock()),
                  stored.getLockLost().getBy(),
                  stored.getLockLost().getReason());
          case ENDED -> read(stored.getEnded());
          case EVENT_NOT_SET -> throw FactParts.unknown("run event", "no known member");
        };
    return new RunFact(
        event,
        FactParts.read(stored.getCause()),
        at,
        name(stored.getBefore()),
        name(stored.getAfter()));
  }

  private static RunHeader read(dev.pawl.engine.journal.v1.RunEvent.Created stored, Instant at) {
    return new RunHeader(
        new DefinitionId(
            read(stored.getDefinitionKind()), stored.getProject(), stored.getDefinition()),
        stored.getDefinitionVersion(),
        FactParts.hex(stored.getDefinitionHash()),
        stored.getTaskCount(),
        FactParts.read(stored.getParametersMap()),
        stored.getLabelsMap(),
        stored.getInitiator(),
        stored.getRequestId(),
        FactParts.hex(stored.getBodyHash()),
        stored.getTraceparent(),
        at,
        stored.hasDeadlineMicros()
            ? Optional.of(FactParts.instant(stored.getDeadlineMicros()))
            : Optional.empty(),
        stored.getObjectsList().stream()
            .map(object -> new RunObject(object.getKind(), object.getName(), object.getId()))
            .toList(),
        LockFactSerializer.read(stored.getLocksList()),
        stored.getSplitMap(),
        stored.hasParent()
            ? Optional.of(
                new ParentStep(
                    ExecutionId.of(stored.getParent().getExecution()),
                    stored.getParent().getDepth()))
            : Optional.empty());
  }

  private static StepEnd read(dev.pawl.engine.journal.v1.RunEvent.StepEnd stored) {
    return new StepEnd(
        stored.getIndex(),
        read(stored.getOutcome()),
        stored.getReason(),
        stored.getMessage(),
        stored.getLastLogLine(),
        stored.getAttempt(),
        stored.getFence(),
        stored.getWorker(),
        stored.hasStartedMicros()
            ? Optional.of(FactParts.instant(stored.getStartedMicros()))
            : Optional.empty(),
        FactParts.instant(stored.getEndedMicros()),
        FactParts.read(stored.getOutputsMap()),
        stored.getPassed(),
        stored.getTakenBack(),
        FactParts.read(stored.getAdditionalData()));
  }

  private static List<Again> read(List<dev.pawl.engine.journal.v1.RunEvent.Again> stored) {
    return stored.stream().map(one -> new Again(one.getIndex(), read(one.getWas()))).toList();
  }

  private static RunEvent read(dev.pawl.engine.journal.v1.RunEvent.Ended stored) {
    return new RunEvent.Ended(
        RunStatus.valueOf(name(stored.getStatus())),
        stored.getReason(),
        stored.hasFailedTask() ? OptionalInt.of(stored.getFailedTask()) : OptionalInt.empty(),
        FactParts.read(stored.getOutputsMap()));
  }

  private static RunState state(String name) {
    return name.isEmpty() ? RunState.RUN_STATE_UNSPECIFIED : RunState.valueOf(STATE + name);
  }

  private static String name(RunState state) {
    return switch (state) {
      case RUN_STATE_UNSPECIFIED -> "";
      case UNRECOGNIZED -> throw FactParts.unknown("state of a run", state.name());
      case RUN_STATE_WAITING,
          RUN_STATE_RUNNING,
          RUN_STATE_PAUSING,
          RUN_STATE_PAUSED,
          RUN_STATE_TERMINATING,
          RUN_STATE_ROLLING_BACK,
          RUN_STATE_SUCCEEDED,
          RUN_STATE_FAILED,
          RUN_STATE_TERMINATED,
          RUN_STATE_ROLLED_BACK,
          RUN_STATE_ROLLBACK_FAILED ->
          state.name().substring(STATE.length());
    };
  }

  private static dev.pawl.engine.journal.v1.DefinitionKind write(DefinitionKind kind) {
    return switch (kind) {
      case WORKFLOW -> dev.pawl.engine.journal.v1.DefinitionKind.DEFINITION_KIND_WORKFLOW;
      case TASK -> dev.pawl.engine.journal.v1.DefinitionKind.DEFINITION_KIND_TASK;
    };
  }

  private static DefinitionKind read(dev.pawl.engine.journal.v1.DefinitionKind kind) {
    return switch (kind) {
      case DEFINITION_KIND_WORKFLOW -> DefinitionKind.WORKFLOW;
      case DEFINITION_KIND_TASK -> DefinitionKind.TASK;
      case DEFINITION_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw FactParts.unknown("kind of definition", kind.name());
    };
  }

  private static StopReason write(RunEvent.StopReason reason) {
    return switch (reason) {
      case STOPPED -> StopReason.STOP_REASON_STOPPED;
      case RUN_TIMED_OUT -> StopReason.STOP_REASON_RUN_TIMED_OUT;
    };
  }

  private static RunEvent.StopReason read(StopReason reason) {
    return switch (reason) {
      case STOP_REASON_STOPPED -> RunEvent.StopReason.STOPPED;
      case STOP_REASON_RUN_TIMED_OUT -> RunEvent.StopReason.RUN_TIMED_OUT;
      case STOP_REASON_UNSPECIFIED, UNRECOGNIZED ->
          throw FactParts.unknown("reason to stop", reason.name());
    };
  }

  private static StepOutcome write(StepEnd.Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> StepOutcome.STEP_OUTCOME_SUCCEEDED;
      case FAILED -> StepOutcome.STEP_OUTCOME_FAILED;
      case TERMINATED -> StepOutcome.STEP_OUTCOME_TERMINATED;
      case ROLLED_BACK -> StepOutcome.STEP_OUTCOME_ROLLED_BACK;
      case ROLLBACK_FAILED -> StepOutcome.STEP_OUTCOME_ROLLBACK_FAILED;
    };
  }

  private static StepEnd.Outcome read(StepOutcome outcome) {
    return switch (outcome) {
      case STEP_OUTCOME_SUCCEEDED -> StepEnd.Outcome.SUCCEEDED;
      case STEP_OUTCOME_FAILED -> StepEnd.Outcome.FAILED;
      case STEP_OUTCOME_TERMINATED -> StepEnd.Outcome.TERMINATED;
      case STEP_OUTCOME_ROLLED_BACK -> StepEnd.Outcome.ROLLED_BACK;
      case STEP_OUTCOME_ROLLBACK_FAILED -> StepEnd.Outcome.ROLLBACK_FAILED;
      case STEP_OUTCOME_SKIPPED, STEP_OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          throw FactParts.unknown("outcome of a step", outcome.name());
    };
  }
}
