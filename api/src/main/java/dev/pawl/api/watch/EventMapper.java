package dev.pawl.api.watch;

import com.google.protobuf.Struct;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.run.Causes;
import dev.pawl.api.run.RunWords;
import dev.pawl.api.value.Structs;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.run.Again;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.v1.AttemptFailed;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionEnded;
import dev.pawl.v1.ExecutionLeased;
import dev.pawl.v1.ExecutionStopped;
import dev.pawl.v1.ExecutionStopping;
import dev.pawl.v1.ExecutionUndone;
import dev.pawl.v1.RunCreated;
import dev.pawl.v1.RunEnded;
import dev.pawl.v1.RunMoved;
import dev.pawl.v1.StepEnd;
import dev.pawl.v1.StepFailure;
import dev.pawl.v1.StepsEnded;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSubmitted;
import dev.pawl.v1.WorkflowSubmitted;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stored facts as the contract shows them. */
final class EventMapper {
  private final Plans plans;
  private final Structs structs;

  EventMapper(Plans plans, Structs structs) {
    this.plans = plans;
    this.structs = structs;
  }

  CompletionStage<Event> toEvent(FeedEntry entry) {
    return switch (entry) {
      case FeedEntry.OfDefinition of -> CompletableFuture.completedFuture(toEvent(of));
      case FeedEntry.OfLock of ->
          throw new IllegalArgumentException(
              "locks are not watched, but here is one of " + of.id());
      case FeedEntry.OfRun of -> toEvent(of);
      case FeedEntry.OfExecution of -> toEvent(of);
      case FeedEntry.OfOperation of ->
          throw new IllegalArgumentException(
              "operations are watched by themselves, not with " + of.id());
    };
  }

  private static Event toEvent(FeedEntry.OfDefinition of) {
    Event.Builder event =
        begin(of, of.fact(), of.id().project())
            .setName(of.id().resourceName())
            .setKind(WatchScope.kind(of.id().kind()))
            .setDefinition(of.id().resourceName());
    switch (of.fact().event()) {
      case DefinitionEvent.Submitted(var version, var hash) -> {
        if (of.id().kind() == DefinitionKind.WORKFLOW) {
          event.setWorkflowSubmitted(
              WorkflowSubmitted.newBuilder().setVersion(version).setDefinitionHash(hash));
        } else {
          event.setTaskSubmitted(
              TaskSubmitted.newBuilder().setVersion(version).setDefinitionHash(hash));
        }
      }
    }
    return event.build();
  }

  private CompletionStage<Event> toEvent(FeedEntry.OfRun of) {
    RunHeader header = of.header();
    Event.Builder event =
        begin(of, of.fact(), header.project())
            .setName(ResourceNames.ofRun(header.project(), of.id()))
            .setKind(EntityKind.ENTITY_KIND_RUN)
            .setDefinition(header.definition().resourceName())
            .putAllLabels(header.labels());
    return switch (of.fact().event()) {
      case RunEvent.Created _ ->
          done(
              event.setRunCreated(
                  RunCreated.newBuilder()
                      .setDefinitionVersion(header.definitionVersion())
                      .setDefinitionHash(header.definitionHash())
                      .setInitiator(header.initiator())
                      .setStepCount(header.taskCount())));
      case RunEvent.PauseBegan _, RunEvent.Paused _, RunEvent.StopBegan _, RunEvent.LockLost _ ->
          done(event.setRunMoved(RunMoved.getDefaultInstance()));
      case RunEvent.StepStopBegan(var index, _) ->
          plans
              .get(header.definitionHash())
              .thenApply(
                  plan ->
                      event
                          .setRunMoved(RunMoved.newBuilder().addStoppingSteps(name(plan, index)))
                          .build());
      case RunEvent.StepRedone(var again) -> reopened(header, event, List.of(again));
      case RunEvent.Continued(var again) -> reopened(header, event, again);
      case RunEvent.Reopened(var again) -> reopened(header, event, again);
      case RunEvent.Retried(var again) -> reopened(header, event, again);
      case RunEvent.RollbackBegan(var steps) ->
          plans
              .get(header.definitionHash())
              .thenApply(
                  plan -> {
                    RunMoved.Builder moved = RunMoved.newBuilder();
                    names(plan, steps).forEach(moved::addUndoingSteps);
                    return event.setRunMoved(moved).build();
                  });
      case RunEvent.StepsUndone(var indexes) ->
          plans
              .get(header.definitionHash())
              .thenApply(plan -> event.setStepsEnded(toStepsEnded(plan, indexes)).build());
      case RunEvent.Redone _ -> done(event.setRunMoved(RunMoved.newBuilder().setRedone(true)));
      case RunEvent.Passed _ ->
          done(event.setRunEnded(RunEnded.newBuilder().setReason(RunEvent.Passed.REASON)));
      case RunEvent.StepPassed(var end, _) ->
          plans
              .get(header.definitionHash())
              .thenApply(
                  plan ->
                      event
                          .setStepsEnded(StepsEnded.newBuilder().addSteps(toStepEnd(plan, end)))
                          .build());
      case RunEvent.StepsEnded ended ->
          plans
              .get(header.definitionHash())
              .thenApply(plan -> event.setStepsEnded(toStepsEnded(plan, ended)).build());
      case RunEvent.Ended ended ->
          ended.failedTask().isEmpty()
              ? done(event.setRunEnded(RunEnded.newBuilder().setReason(ended.reason())))
              : plans
                  .get(header.definitionHash())
                  .thenApply(plan -> event.setRunEnded(toRunEnded(plan, ended)).build());
    };
  }

  private CompletionStage<Event> toEvent(FeedEntry.OfExecution of) {
    RunHeader header = of.header();
    Event.Builder event =
        begin(of, of.fact(), header.project())
            .setName(ResourceNames.ofExecution(header.project(), of.id()))
            .setKind(EntityKind.ENTITY_KIND_EXECUTION)
            .setDefinition(header.definition().resourceName())
            .putAllLabels(header.labels());
    return switch (of.fact().event()) {
      case ExecutionEvent.Leased leased ->
          done(
              event.setExecutionLeased(
                  ExecutionLeased.newBuilder()
                      .setWorker(leased.worker())
                      .setFence(leased.fence())
                      .setRound(leased.round())
                      .setAttempt(leased.attempt())
                      .setOperation(RunWords.toProto(leased.operation()))));
      case ExecutionEvent.AttemptFailed failed ->
          done(
              event.setAttemptFailed(
                  AttemptFailed.newBuilder()
                      .setFence(failed.fence())
                      .setAttempt(attempt(failed.attempt(), failed.fence()))
                      .setAttemptState(RunWords.toProto(failed.status()))
                      .setReason(failed.reason())
                      .setMessage(failed.message())
                      .setNextAttemptTime(Timestamps.of(failed.nextAttemptAt()))));
      case ExecutionEvent.Undone(var fence, var attempt, _) ->
          done(
              event.setExecutionUndone(
                  ExecutionUndone.newBuilder().setFence(fence).setAttempt(attempt)));
      case ExecutionEvent.Stopped(var fence, var attempt, var reason, var text, _) ->
          done(
              event.setExecutionStopped(
                  ExecutionStopped.newBuilder()
                      .setFence(fence)
                      .setAttempt(attempt)
                      .setReason(reason)
                      .setMessage(text)));
      case ExecutionEvent.StopBegan(var fence, var reason) ->
          done(
              event.setExecutionStopping(
                  ExecutionStopping.newBuilder().setFence(fence).setReason(reason)));
      case ExecutionEvent.Ended ended ->
          structs
              .load(ended.outputs())
              .thenApply(outputs -> event.setExecutionEnded(toEnded(ended, outputs)).build());
    };
  }

  private static StepsEnded toStepsEnded(Plan plan, RunEvent.StepsEnded ended) {
    StepsEnded.Builder steps = StepsEnded.newBuilder();
    ended.ends().forEach(end -> steps.addSteps(toStepEnd(plan, end)));
    return steps.build();
  }

  private static StepsEnded toStepsEnded(Plan plan, List<Integer> undone) {
    StepsEnded.Builder steps = StepsEnded.newBuilder();
    undone.forEach(
        index ->
            steps.addSteps(
                StepEnd.newBuilder()
                    .setTask(plan.task(index).name())
                    .setExecution(plan.execution(index))
                    .setState(TaskRunState.TASK_RUN_STATE_ROLLED_BACK)));
    return steps.build();
  }

  private static StepEnd.Builder toStepEnd(Plan plan, dev.pawl.engine.run.StepEnd end) {
    return StepEnd.newBuilder()
        .setTask(plan.task(end.index()).name())
        .setExecution(plan.execution(end.index()))
        .setState(RunWords.toProto(end.outcome()))
        .setReason(end.reason())
        .setAttempt(end.attempt())
        .setFence(end.fence())
        .setPassed(end.passed());
  }

  private static List<String> names(Plan plan, List<Again> steps) {
    return steps.stream().map(one -> name(plan, one.index())).toList();
  }

  /** A step, or one execution of a step that is split. */
  private static String name(Plan plan, int place) {
    TaskPlan task = plan.task(place);
    return task.each().isPresent() ? task.name() + "/" + plan.execution(place) : task.name();
  }

  /** A run that moved, and with it tasks that are open again. */
  private CompletionStage<Event> reopened(
      RunHeader header, Event.Builder event, List<Again> again) {
    return again.isEmpty()
        ? done(event.setRunMoved(RunMoved.getDefaultInstance()))
        : plans
            .get(header.definitionHash())
            .thenApply(
                plan -> {
                  RunMoved.Builder moved = RunMoved.newBuilder();
                  names(plan, again).forEach(moved::addReopenedSteps);
                  return event.setRunMoved(moved).build();
                });
  }

  private static RunEnded toRunEnded(Plan plan, RunEvent.Ended ended) {
    RunEnded.Builder shown = RunEnded.newBuilder().setReason(ended.reason());
    ended
        .failedTask()
        .ifPresent(
            index ->
                shown.setFailure(
                    StepFailure.newBuilder()
                        .setStep(plan.task(index).name())
                        .setMaxAttempts(plan.task(index).retry().maxAttempts())));
    return shown.build();
  }

  private static ExecutionEnded toEnded(ExecutionEvent.Ended ended, Struct outputs) {
    ExecutionEnded.Builder shown = ExecutionEnded.newBuilder();
    ended.cleanUp().map(RunWords::toProto).ifPresent(shown::setCleanUp);
    return shown
        .setFence(ended.fence())
        .setAttempt(attempt(ended.attempt(), ended.fence()))
        .setState(RunWords.toProto(ended.status()))
        .setReason(ended.reason())
        .setMessage(ended.message())
        .setLastLogLine(ended.lastLogLine())
        .setOutputs(outputs)
        .build();
  }

  /**
   * The attempt that a fact is about. Facts from before there were rounds name it by its fence
   * alone: until then every start of work raised both by one.
   */
  private static int attempt(int attempt, long fence) {
    return attempt > 0 ? attempt : (int) Math.min(fence, Integer.MAX_VALUE);
  }

  private static Event.Builder begin(FeedEntry entry, Fact fact, String project) {
    return Event.newBuilder()
        .setSequence(entry.sequence())
        .setTime(Timestamps.of(fact.at()))
        .setReadTime(Timestamps.of(entry.readAt()))
        .setCause(Causes.toProto(project, fact.cause()))
        .setStateBefore(fact.before())
        .setStateAfter(fact.after());
  }

  private static CompletionStage<Event> done(Event.Builder event) {
    return CompletableFuture.completedFuture(event.build());
  }
}
