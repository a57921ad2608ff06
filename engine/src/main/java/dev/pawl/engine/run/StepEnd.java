package dev.pawl.engine.run;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one execution of a task ended, as the run stores it.
 *
 * @param index its place in the run ({@link dev.pawl.engine.definition.Plan#place}): the task's
 *     index, unless the task is split
 * @param reason empty when it succeeded; else EXIT_CODE, TIMED_OUT, WORKER_LOST ...
 * @param attempt the last attempt of its round; 0 when none was made
 * @param fence the fence of the last attempt ever, also where its round made none; 0 when none was
 * @param startedAt the first lease of its round
 * @param passed whether an operator said that it counts as succeeded: the model's SUCCEEDED with
 *     operation PASS
 * @param takenBack whether what it did is undone already, though it did not end with that: an undo
 *     succeeded, and the attempt after it never began
 * @param data what the attempts of its round published, together
 */
public record StepEnd(
    int index,
    Outcome outcome,
    String reason,
    String message,
    String lastLogLine,
    int attempt,
    long fence,
    String worker,
    Optional<Instant> startedAt,
    Instant endedAt,
    Map<String, Payload> outputs,
    boolean passed,
    boolean takenBack,
    AdditionalData data) {

  /**
   * The reason of what ended since its run was forced to pause: it starts anew when that goes on.
   */
  public static final String FORCED_PAUSE = "FORCED_PAUSE";

  /** The reason of what gave more than may be handed on. */
  public static final String TOO_LARGE = "RESULT_TOO_LARGE";

  public StepEnd {
    outputs = Map.copyOf(outputs);
  }

  /** The end of what was not undone meanwhile. */
  public StepEnd(
      int index,
      Outcome outcome,
      String reason,
      String message,
      String lastLogLine,
      int attempt,
      long fence,
      String worker,
      Optional<Instant> startedAt,
      Instant endedAt,
      Map<String, Payload> outputs,
      boolean passed) {
    this(
        index,
        outcome,
        reason,
        message,
        lastLogLine,
        attempt,
        fence,
        worker,
        startedAt,
        endedAt,
        outputs,
        passed,
        false,
        AdditionalData.NONE);
  }

  /** The end of what published nothing. */
  public StepEnd(
      int index,
      Outcome outcome,
      String reason,
      String message,
      String lastLogLine,
      int attempt,
      long fence,
      String worker,
      Optional<Instant> startedAt,
      Instant endedAt,
      Map<String, Payload> outputs,
      boolean passed,
      boolean takenBack) {
    this(
        index,
        outcome,
        reason,
        message,
        lastLogLine,
        attempt,
        fence,
        worker,
        startedAt,
        endedAt,
        outputs,
        passed,
        takenBack,
        AdditionalData.NONE);
  }

  /** Where that has the task be. */
  StepStatus status() {
    return switch (outcome) {
      case SUCCEEDED -> StepStatus.SUCCEEDED;
      case FAILED -> StepStatus.FAILED;
      case TERMINATED -> StepStatus.TERMINATED;
      case ROLLED_BACK -> StepStatus.ROLLED_BACK;
      case ROLLBACK_FAILED -> StepStatus.ROLLBACK_FAILED;
    };
  }

  /** Whether there is nothing left to undo of what it did. */
  boolean isUndone() {
    return takenBack || outcome == Outcome.ROLLED_BACK;
  }

  /** Whether it starts anew when its run continues. */
  boolean paused() {
    return outcome == Outcome.TERMINATED && reason.equals(FORCED_PAUSE);
  }

  /** Whether work was begun for it, in this round. */
  boolean begun() {
    return attempt > 0;
  }

  /** Whether it ended in the failed family. */
  boolean failed() {
    return switch (outcome) {
      case FAILED, TERMINATED -> true;
      case SUCCEEDED, ROLLED_BACK, ROLLBACK_FAILED -> false;
    };
  }

  /** The same task, which counts as succeeded, or as undone, from now on. */
  StepEnd pass(Instant at) {
    return counted(
        outcome == Outcome.ROLLBACK_FAILED ? Outcome.ROLLED_BACK : Outcome.SUCCEEDED, at, true);
  }

  /** The same task, which an operator had stopped though its run had done so before. */
  StepEnd stopped() {
    return as(
        outcome, RunEvent.StopReason.STOPPED.name(), message, endedAt, outputs, passed, takenBack);
  }

  /** The same end of the execution at this place. */
  public StepEnd at(int place) {
    return place == index
        ? this
        : new StepEnd(
            place,
            outcome,
            reason,
            message,
            lastLogLine,
            attempt,
            fence,
            worker,
            startedAt,
            endedAt,
            outputs,
            passed,
            takenBack,
            data);
  }

  /** The same execution, which is to be done forward again though its undo failed. */
  StepEnd undoFailed() {
    return as(Outcome.FAILED, reason, message, endedAt, outputs, passed, false);
  }

  /** The same execution, whose outputs are more than its task may give: it failed. */
  StepEnd tooLarge(String why) {
    return as(Outcome.FAILED, TOO_LARGE, why, endedAt, Map.of(), false, false);
  }

  /** The same task, with nothing to take back of what it did. */
  StepEnd undone(Instant at) {
    return counted(Outcome.ROLLED_BACK, at, false);
  }

  private StepEnd counted(Outcome as, Instant at, boolean byWord) {
    return as(as, "", message, at, Map.of(), byWord, takenBack);
  }

  private StepEnd as(
      Outcome newOutcome,
      String newReason,
      String newMessage,
      Instant newEndedAt,
      Map<String, Payload> newOutputs,
      boolean nowPassed,
      boolean nowTakenBack) {
    return new StepEnd(
        index,
        newOutcome,
        newReason,
        newMessage,
        lastLogLine,
        attempt,
        fence,
        worker,
        startedAt,
        newEndedAt,
        newOutputs,
        nowPassed,
        nowTakenBack,
        data);
  }

  /** The ends that a task can come to. A timeout is FAILED with reason TIMED_OUT. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    TERMINATED,
    ROLLED_BACK,
    ROLLBACK_FAILED
  }
}
