package dev.pawl.api.explain;

import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.run.Causes;
import dev.pawl.api.run.RunWords;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.explain.Reason.AtWork;
import dev.pawl.engine.explain.Reason.FlightLimit;
import dev.pawl.engine.explain.Reason.InFlight;
import dev.pawl.engine.explain.Reason.NothingNew;
import dev.pawl.engine.explain.Reason.Other;
import dev.pawl.engine.explain.Reason.Others;
import dev.pawl.engine.explain.Reason.Retry;
import dev.pawl.engine.explain.Reason.RunOver;
import dev.pawl.engine.explain.Reason.RunPaused;
import dev.pawl.engine.explain.Reason.RunRollingBack;
import dev.pawl.engine.explain.Reason.RunStopping;
import dev.pawl.engine.explain.Reason.Rung;
import dev.pawl.engine.explain.Reason.Settling;
import dev.pawl.engine.explain.Reason.Slot;
import dev.pawl.engine.explain.Reason.StepOver;
import dev.pawl.engine.explain.Reason.Stopping;
import dev.pawl.engine.explain.Reason.Undo;
import dev.pawl.engine.explain.Reason.Upstream;
import dev.pawl.engine.explain.ReasonText;
import dev.pawl.engine.run.RunId;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.InFlightLimit;
import dev.pawl.v1.IsSettling;
import dev.pawl.v1.NothingNewStarts;
import dev.pawl.v1.Reason;
import dev.pawl.v1.RunIsOver;
import dev.pawl.v1.RunIsPaused;
import dev.pawl.v1.RunIsRollingBack;
import dev.pawl.v1.RunIsStopping;
import dev.pawl.v1.StepIsOver;
import dev.pawl.v1.StepPlace;
import dev.pawl.v1.StepPlaces;
import dev.pawl.v1.StepsInFlight;
import dev.pawl.v1.StopRung;
import dev.pawl.v1.WaitsForRetry;
import dev.pawl.v1.WaitsForSlot;
import dev.pawl.v1.WaitsForSteps;
import dev.pawl.v1.WaitsForUndo;
import dev.pawl.v1.WorkerIsAtIt;
import dev.pawl.v1.WorkerIsStopping;
import java.util.List;

/** Explanations as the contract shows them. */
final class ExplainMapper {
  private ExplainMapper() {}

  static ExplainResponse.Builder ofRun(String project, RunId id, Explanation found) {
    ExplainResponse.Builder response = ExplainResponse.newBuilder();
    response
        .getExplanationBuilder()
        .setName(ResourceNames.ofRun(project, id))
        .setRunState(RunWords.toProto(found.status()))
        .addAllReasons(reasons(project, found.reasons()));
    found.steps().forEach(step -> response.addSteps(step(project, id, step)));
    return response;
  }

  static ExplainResponse.Builder ofStep(String project, RunId id, Explanation.OfStep step) {
    return ExplainResponse.newBuilder().setExplanation(step(project, id, step));
  }

  static ExplainResponse.Builder ofExecution(String project, RunId id, Explanation.OfStep step) {
    return ExplainResponse.newBuilder()
        .setExplanation(
            dev.pawl.v1.Explanation.newBuilder()
                .setName(
                    ResourceNames.ofExecution(
                        project, new ExecutionId(id, step.step(), step.execution())))
                .setExecutionState(executionState(step))
                .addAllReasons(reasons(project, step.reasons())));
  }

  private static ExecutionState executionState(Explanation.OfStep step) {
    return switch (step.status()) {
      case WAIT_UPSTREAM -> ExecutionState.EXECUTION_STATE_PENDING;
      case WAIT_DISPATCH -> ExecutionState.EXECUTION_STATE_READY;
      case RUNNING -> ExecutionState.EXECUTION_STATE_RUNNING;
      case RETRY_WAIT -> ExecutionState.EXECUTION_STATE_RETRY_WAIT;
      case TERMINATING -> ExecutionState.EXECUTION_STATE_TERMINATING;
      case ROLLING_BACK -> ExecutionState.EXECUTION_STATE_ROLLING_BACK;
      case SUCCEEDED -> ExecutionState.EXECUTION_STATE_SUCCEEDED;
      case FAILED ->
          step.reasons().stream()
                  .anyMatch(
                      reason ->
                          reason instanceof StepOver over && over.reason().equals("TIMED_OUT"))
              ? ExecutionState.EXECUTION_STATE_TIMED_OUT
              : ExecutionState.EXECUTION_STATE_FAILED;
      case TERMINATED -> ExecutionState.EXECUTION_STATE_TERMINATED;
      case SKIPPED -> ExecutionState.EXECUTION_STATE_SKIPPED;
      case ROLLED_BACK -> ExecutionState.EXECUTION_STATE_ROLLED_BACK;
      case ROLLBACK_FAILED -> ExecutionState.EXECUTION_STATE_ROLLBACK_FAILED;
    };
  }

  private static dev.pawl.v1.Explanation step(String project, RunId id, Explanation.OfStep step) {
    return dev.pawl.v1.Explanation.newBuilder()
        .setName(ResourceNames.ofStep(project, id, step.step()))
        .setTaskRunState(RunWords.toProto(step.status()))
        .addAllReasons(reasons(project, step.reasons()))
        .build();
  }

  private static List<Reason> reasons(
      String project, List<dev.pawl.engine.explain.Reason> reasons) {
    return reasons.stream().map(reason -> reason(project, reason)).toList();
  }

  private static Reason reason(String project, dev.pawl.engine.explain.Reason reason) {
    Reason.Builder shown = Reason.newBuilder().setText(ReasonText.sentence(reason));
    switch (reason) {
      case Upstream(var steps) ->
          shown.setWaitsForSteps(WaitsForSteps.newBuilder().setSteps(places(steps)));
      case NothingNew(var failed, var why) ->
          shown.setNothingNewStarts(
              NothingNewStarts.newBuilder().setFailed(place(failed)).setReason(why));
      case RunPaused paused -> shown.setRunPaused(paused(project, paused));
      case RunStopping stopping -> shown.setRunStopping(stopping(project, stopping));
      case RunRollingBack back -> shown.setRunRollingBack(rollingBack(project, back));
      case InFlight(var steps, var deadline) -> {
        StepsInFlight.Builder inFlight = StepsInFlight.newBuilder().setSteps(places(steps));
        deadline.map(Timestamps::of).ifPresent(inFlight::setRunTimeoutTime);
        shown.setStepsInFlight(inFlight);
      }
      case RunOver(var status, var why, var step, var at) ->
          shown.setRunOver(
              RunIsOver.newBuilder()
                  .setState(RunWords.toProto(status))
                  .setReason(why)
                  .setStep(step)
                  .setEndTime(Timestamps.of(at)));
      case Slot slot -> shown.setWaitsForSlot(slot(slot));
      case FlightLimit(var inFlight, var limit, var ahead, var step) ->
          shown.setInFlightLimit(
              InFlightLimit.newBuilder()
                  .setInFlight(inFlight)
                  .setLimit(limit)
                  .setAhead(ahead)
                  .setStep(step));
      case Retry retry -> shown.setWaitsForRetry(retry(retry));
      case AtWork work -> shown.setAtWork(atWork(work));
      case Stopping stopping -> shown.setStopping(stopping(stopping));
      case Undo(var steps) ->
          shown.setWaitsForUndo(WaitsForUndo.newBuilder().setSteps(places(steps)));
      case Settling _ -> shown.setSettling(IsSettling.getDefaultInstance());
      case StepOver over ->
          shown.setStepOver(
              StepIsOver.newBuilder()
                  .setState(RunWords.toProto(over.status()))
                  .setReason(over.reason())
                  .setMessage(over.message())
                  .setLastLogLine(over.lastLogLine())
                  .setEndTime(Timestamps.of(over.at()))
                  .setPassed(over.passed()));
    }
    return shown.build();
  }

  private static RunIsPaused paused(String project, RunPaused paused) {
    RunIsPaused.Builder shown =
        RunIsPaused.newBuilder()
            .setForced(paused.forced())
            .setSettled(paused.settled())
            .setInFlight(places(paused.inFlight()));
    paused
        .turn()
        .ifPresent(
            turn ->
                shown
                    .setCause(Causes.toProto(project, turn.cause()))
                    .setSinceTime(Timestamps.of(turn.at())));
    return shown.build();
  }

  private static RunIsStopping stopping(String project, RunStopping stopping) {
    RunIsStopping.Builder shown =
        RunIsStopping.newBuilder()
            .setReason(stopping.reason())
            .setInFlight(places(stopping.inFlight()));
    stopping
        .turn()
        .ifPresent(
            turn ->
                shown
                    .setCause(Causes.toProto(project, turn.cause()))
                    .setSinceTime(Timestamps.of(turn.at())));
    return shown.build();
  }

  private static RunIsRollingBack rollingBack(String project, RunRollingBack back) {
    RunIsRollingBack.Builder shown =
        RunIsRollingBack.newBuilder()
            .setStopping(back.stopping())
            .setInFlight(places(back.inFlight()));
    back.turn()
        .ifPresent(
            turn ->
                shown
                    .setCause(Causes.toProto(project, turn.cause()))
                    .setSinceTime(Timestamps.of(turn.at())));
    return shown.build();
  }

  private static WaitsForSlot slot(Slot slot) {
    WaitsForSlot.Builder shown =
        WaitsForSlot.newBuilder()
            .setGroup(slot.group())
            .setOnlyWorker(slot.worker().orElse(""))
            .setGroupAnswered(slot.place().isPresent());
    slot.since().map(Timestamps::of).ifPresent(shown::setSinceTime);
    slot.place()
        .ifPresent(
            place -> {
              shown
                  .setWorkers(place.workers())
                  .setDraining(place.draining())
                  .setSlots(place.slots())
                  .setBusy(place.busy())
                  .setWaiting(place.waiting())
                  .setOffered(place.offered())
                  .setGroupSettling(place.settling());
              place.place().ifPresent(shown::setPlace);
            });
    return shown.build();
  }

  private static WaitsForRetry retry(Retry retry) {
    WaitsForRetry.Builder shown =
        WaitsForRetry.newBuilder()
            .setAttempt(retry.attempt())
            .setMaxAttempts(retry.maxAttempts())
            .setAfter(retry.after());
    retry.at().map(Timestamps::of).ifPresent(shown::setDueTime);
    return shown.build();
  }

  private static WorkerIsAtIt atWork(AtWork work) {
    WorkerIsAtIt.Builder shown =
        WorkerIsAtIt.newBuilder()
            .setOperation(RunWords.toProto(work.operation()))
            .setWorker(work.worker())
            .setAttempt(work.attempt())
            .setMaxAttempts(work.maxAttempts());
    work.since().map(Timestamps::of).ifPresent(shown::setSinceTime);
    work.timeoutAt().map(Timestamps::of).ifPresent(shown::setTimeoutTime);
    return shown.build();
  }

  private static WorkerIsStopping stopping(Stopping stopping) {
    WorkerIsStopping.Builder shown = WorkerIsStopping.newBuilder().setWorker(stopping.worker());
    stopping
        .ladder()
        .ifPresent(
            ladder ->
                shown
                    .setRung(rung(ladder.rung()))
                    .setSignalTime(Timestamps.of(ladder.signalledAt()))
                    .setKillTime(Timestamps.of(ladder.killAt()))
                    .setFenceTime(Timestamps.of(ladder.fenceAt())));
    return shown.build();
  }

  private static StopRung rung(Rung rung) {
    return switch (rung) {
      case SIGNALLED -> StopRung.STOP_RUNG_SIGNALLED;
      case KILLED -> StopRung.STOP_RUNG_KILLED;
      case FENCED -> StopRung.STOP_RUNG_FENCED;
    };
  }

  private static StepPlaces places(Others others) {
    StepPlaces.Builder shown = StepPlaces.newBuilder().setTotal(others.total());
    others.steps().forEach(other -> shown.addSteps(place(other)));
    return shown.build();
  }

  private static StepPlace place(Other other) {
    return StepPlace.newBuilder()
        .setStep(other.step())
        .setState(RunWords.toProto(other.status()))
        .build();
  }
}
