package dev.pawl.api.run;

import com.google.protobuf.Struct;
import dev.pawl.api.definition.Profiles;
import dev.pawl.api.lock.LockMapper;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.value.Structs;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import dev.pawl.engine.view.RunRow;
import dev.pawl.v1.Attempt;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.Operation;
import dev.pawl.v1.Pause;
import dev.pawl.v1.Revision;
import dev.pawl.v1.Run;
import dev.pawl.v1.StepEffect;
import dev.pawl.v1.StepExecution;
import dev.pawl.v1.StepFailure;
import dev.pawl.v1.TaskRun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs, steps and executions as the contract shows them. */
public final class RunMapper {
  private final Structs structs;
  private final InstantSource clock;

  public RunMapper(Structs structs, InstantSource clock) {
    this.structs = structs;
    this.clock = clock;
  }

  /** A run with its parameters and outputs. */
  CompletionStage<Run> toRun(RunHead head) {
    return structs
        .load(head.header().parameters())
        .thenCombine(
            structs.load(head.outputs()),
            (parameters, outputs) -> {
              Run.Builder run = toRun(head, parameters, outputs).toBuilder();
              elapsed(head.startedAt(), head.endedAt()).ifPresent(run::setElapsed);
              return run.build();
            });
  }

  /** A run whose parameters are at hand. */
  static Run toRun(RunHead head, Struct parameters, Struct outputs) {
    String project = head.header().project();
    Run.Builder run =
        Run.newBuilder()
            .setName(ResourceNames.ofRun(project, head.id()))
            .setId(head.id().value())
            .setDefinition(head.header().definition().resourceName())
            .setDefinitionVersion(head.header().definitionVersion())
            .setDefinitionHash(head.header().definitionHash())
            .setProfile(Profiles.toProto(head.profile()))
            .setState(RunWords.toProto(head.status()))
            .setOperation(operation(head.status(), head.reason()))
            .setReason(head.reason())
            .setParameters(parameters)
            .setOutputs(outputs)
            .putAllLabels(head.header().labels())
            .setInitiator(head.header().initiator())
            .setCreateTime(Timestamps.of(head.header().createdAt()))
            .setSteps(toProto(head.steps()))
            .setRound(head.round())
            .setRevision(revision(head.id(), head.sequence()));
    head.header().objects().forEach(object -> run.addObjects(toProto(object)));
    head.header()
        .parent()
        .map(parent -> ResourceNames.ofExecution(project, parent.execution()))
        .ifPresent(run::setParentExecution);
    head.startedAt().map(Timestamps::of).ifPresent(run::setStartTime);
    head.endedAt().map(Timestamps::of).ifPresent(run::setEndTime);
    head.pause().map(RunMapper::toProto).ifPresent(run::setPause);
    head.verbs().forEach(option -> run.addCommands(toOption(option)));
    head.locks().forEach(lock -> run.addLocks(LockMapper.toRunLock(lock)));
    head.failure().map(RunMapper::toFailure).ifPresent(run::setFailure);
    head.lastCommand()
        .map(command -> Causes.toProto(project, command))
        .ifPresent(run::setLastCommand);
    values(head.data()).ifPresent(run::setAdditionalData);
    run.setAdditionalDataTruncated(head.data().truncated());
    return run.build();
  }

  /** What was published; empty when that was nothing. */
  private static Optional<Struct> values(AdditionalData data) {
    return data.empty() ? Optional.empty() : Optional.of(data.values());
  }

  private static Pause toProto(RunHead.Pause pause) {
    Pause.Builder shown =
        Pause.newBuilder().setForced(pause.forced()).setSince(Timestamps.of(pause.since()));
    pause.drainedAt().map(Timestamps::of).ifPresent(shown::setDrainedTime);
    pause.until().map(Timestamps::of).ifPresent(shown::setUntil);
    return shown.build();
  }

  private static CommandOption toOption(RunHead.VerbOption option) {
    return CommandOption.newBuilder()
        .setCommand(RunWords.toProto(option.verb()))
        .setAllowed(option.allowed())
        .setRefusal(option.refusal())
        .build();
  }

  static StepEffect toEffect(RunHead.Foreseen foreseen) {
    StepEffect.Builder shown =
        StepEffect.newBuilder()
            .setStep(foreseen.step())
            .setKind(RunWords.toProto(foreseen.effect()));
    foreseen.execution().ifPresent(shown::setExecution);
    return shown.build();
  }

  /** A run as lists show it. */
  Run toListed(RunRow row) {
    Run.Builder run = toRun(row).toBuilder();
    elapsed(row.startedAt(), row.endedAt()).ifPresent(run::setElapsed);
    return run.build();
  }

  private Optional<com.google.protobuf.Duration> elapsed(
      Optional<Instant> start, Optional<Instant> end) {
    return start.map(
        from -> {
          Duration elapsed = Duration.between(from, end.orElseGet(clock::instant));
          return elapsed.isNegative()
              ? com.google.protobuf.Duration.getDefaultInstance()
              : com.google.protobuf.Duration.newBuilder()
                  .setSeconds(elapsed.toSeconds())
                  .setNanos(elapsed.toNanosPart())
                  .build();
        });
  }

  private static dev.pawl.v1.RunObject toProto(RunObject object) {
    return dev.pawl.v1.RunObject.newBuilder()
        .setKind(object.kind())
        .setName(object.name())
        .setId(object.id())
        .build();
  }

  /** A run as snapshots show it; how long it takes is for those to say who know the time. */
  public static Run toRun(RunRow row) {
    Run.Builder run =
        Run.newBuilder()
            .setName(ResourceNames.ofRun(row.definition().project(), row.id()))
            .setId(row.id().value())
            .setDefinition(row.definition().resourceName())
            .setDefinitionVersion(row.definitionVersion())
            .setDefinitionHash(row.definitionHash())
            .setProfile(Profiles.toProto(row.profile()))
            .setState(RunWords.toProto(row.status()))
            .setOperation(operation(row.status(), row.reason()))
            .setReason(row.reason())
            .putAllLabels(row.labels())
            .setInitiator(row.initiator())
            .setCreateTime(Timestamps.of(row.createdAt()))
            .setSteps(toProto(row.steps()))
            .setRevision(revision(row.id(), row.sequence()));
    row.objects().forEach(object -> run.addObjects(toProto(object)));
    row.parent()
        .map(parent -> ResourceNames.ofExecution(row.definition().project(), parent))
        .ifPresent(run::setParentExecution);
    row.startedAt().map(Timestamps::of).ifPresent(run::setStartTime);
    row.endedAt().map(Timestamps::of).ifPresent(run::setEndTime);
    return run.build();
  }

  private static dev.pawl.v1.StepCounts toProto(StepCounts counts) {
    return dev.pawl.v1.StepCounts.newBuilder()
        .setTotal(counts.total())
        .setWaiting(counts.waiting())
        .setActive(counts.active())
        .setSucceeded(counts.succeeded())
        .setFailed(counts.failed())
        .setTerminated(counts.terminated())
        .setSkipped(counts.skipped())
        .setRolledBack(counts.rolledBack())
        .setRollbackFailed(counts.rollbackFailed())
        .setFinished(counts.total() - counts.waiting() - counts.active())
        .build();
  }

  private static StepFailure toFailure(StepView step) {
    StepFailure.Builder shown =
        StepFailure.newBuilder()
            .setStep(step.task())
            .setAttempt(step.attempt())
            .setMaxAttempts(step.maxAttempts())
            .setReason(step.reason())
            .setMessage(step.message())
            .setLastLogLine(step.lastLogLine());
    if (!step.executions().isEmpty()) {
      shown.setExecution(step.execution());
    }
    return shown.build();
  }

  /** A step as lists show it: without its outputs. */
  static TaskRun toTaskRun(String project, RunId run, StepView step) {
    TaskRun.Builder shown =
        TaskRun.newBuilder()
            .setName(ResourceNames.ofStep(project, run, step.task()))
            .setTask(step.task())
            .setDisplayName(step.displayName())
            .setIndex(step.index())
            .addAllNeeds(step.needs())
            .addAllDownstream(step.downstream())
            .setState(RunWords.toProto(step.status()))
            .setOperation(operation(step))
            .setReason(step.reason())
            .setMessage(step.message())
            .setLastLogLine(step.lastLogLine())
            .setAttempt(step.attempt())
            .setMaxAttempts(step.maxAttempts())
            .setFence(step.fence())
            .setWorker(step.worker())
            .setGroup(step.group())
            .setWaitsFor(step.waitsFor())
            .setRound(step.round());
    step.verbs().forEach(option -> shown.addCommands(toOption(option)));
    for (StepView.OfExecution one : step.executions()) {
      StepExecution.Builder execution =
          shown
              .addExecutionsBuilder()
              .setIndex(shown.getExecutionsCount() - 1)
              .setState(RunWords.toProto(one.status()))
              .setAttempt(one.attempt())
              .setFence(one.fence())
              .setWorker(one.worker())
              .setReason(one.reason());
      one.startedAt().map(Timestamps::of).ifPresent(execution::setStartTime);
      one.endedAt().map(Timestamps::of).ifPresent(execution::setEndTime);
    }
    step.startedAt().map(Timestamps::of).ifPresent(shown::setStartTime);
    step.endedAt().map(Timestamps::of).ifPresent(shown::setEndTime);
    step.nextAttemptAt().map(Timestamps::of).ifPresent(shown::setNextAttemptTime);
    return shown.build();
  }

  private static Operation operation(RunStatus status, String reason) {
    return switch (status) {
      case ROLLING_BACK, ROLLED_BACK, ROLLBACK_FAILED -> Operation.OPERATION_ROLLBACK;
      case TERMINATING, TERMINATED -> Operation.OPERATION_CANCEL;
      case RUNNING, PAUSING, PAUSED, SUCCEEDED, FAILED ->
          reason.equals(RunEvent.Passed.REASON)
              ? Operation.OPERATION_PASS
              : Operation.OPERATION_EXECUTE;
    };
  }

  static Operation operation(StepView step) {
    if (step.passed()) {
      return Operation.OPERATION_PASS;
    }
    return switch (step.status()) {
      case TERMINATING, TERMINATED -> Operation.OPERATION_CANCEL;
      case ROLLING_BACK, ROLLED_BACK, ROLLBACK_FAILED -> Operation.OPERATION_ROLLBACK;
      case WAIT_UPSTREAM, WAIT_DISPATCH, RUNNING, RETRY_WAIT, SUCCEEDED, FAILED, SKIPPED ->
          step.attempt() > 1 ? Operation.OPERATION_RETRY : Operation.OPERATION_EXECUTE;
    };
  }

  /** A step with its outputs and what it published. */
  CompletionStage<TaskRun> toTaskRunWithOutputs(String project, RunId run, StepView step) {
    return structs
        .load(step.outputs())
        .thenApply(
            outputs -> {
              TaskRun.Builder shown =
                  toTaskRun(project, run, step).toBuilder()
                      .setOutputs(outputs)
                      .setAdditionalDataTruncated(step.data().truncated());
              values(step.data()).ifPresent(shown::setAdditionalData);
              return shown.build();
            });
  }

  CompletionStage<Execution> toExecution(String project, ExecutionView view) {
    return structs
        .load(view.outputs())
        .thenApply(
            outputs -> {
              Execution.Builder shown =
                  Execution.newBuilder()
                      .setName(ResourceNames.ofExecution(project, view.id()))
                      .setState(RunWords.toProto(view.status()))
                      .setOperation(
                          view.attempts().isEmpty()
                              ? Operation.OPERATION_EXECUTE
                              : RunWords.toProto(view.attempts().getLast().operation()))
                      .setReason(view.reason())
                      .setMessage(view.message())
                      .setOutputs(outputs)
                      .setRevision(revision(view.id(), view.sequence()));
              view.attempts().forEach(attempt -> shown.addAttempts(toAttempt(attempt)));
              view.nextAttemptAt().map(Timestamps::of).ifPresent(shown::setNextAttemptTime);
              values(view.data()).ifPresent(shown::setAdditionalData);
              shown.setAdditionalDataTruncated(view.data().truncated());
              return shown.build();
            });
  }

  /** An execution that was released and of which nothing is stored yet. */
  static Execution toReadyExecution(String project, ExecutionId id, StepStatus status) {
    return Execution.newBuilder()
        .setName(ResourceNames.ofExecution(project, id))
        .setState(
            status == StepStatus.TERMINATING
                ? ExecutionState.EXECUTION_STATE_TERMINATING
                : ExecutionState.EXECUTION_STATE_READY)
        .setOperation(Operation.OPERATION_EXECUTE)
        .setRevision(revision(id, 0))
        .build();
  }

  private static Attempt toAttempt(AttemptView attempt) {
    Attempt.Builder shown =
        Attempt.newBuilder()
            .setRound(attempt.round())
            .setAttempt(attempt.attempt())
            .setOperation(RunWords.toProto(attempt.operation()))
            .setFence(attempt.fence())
            .setWorker(attempt.worker())
            .setStartTime(Timestamps.of(attempt.startedAt()))
            .setState(RunWords.toProto(attempt.status()))
            .setReason(attempt.reason())
            .setMessage(attempt.message());
    attempt.endedAt().map(Timestamps::of).ifPresent(shown::setEndTime);
    return shown.build();
  }

  private static Revision revision(RunId id, long sequence) {
    return Revision.newBuilder().setEntity("run|" + id.value()).setSequence(sequence).build();
  }

  private static Revision revision(ExecutionId id, long sequence) {
    return Revision.newBuilder()
        .setEntity("execution|" + id.entityId())
        .setSequence(sequence)
        .build();
  }
}
