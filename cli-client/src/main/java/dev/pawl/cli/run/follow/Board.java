package dev.pawl.cli.run.follow;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.follow.StepRow.Phase;
import dev.pawl.v1.AttemptFailed;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionEnded;
import dev.pawl.v1.ExecutionLeased;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.Operation;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunMoved;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepEnd;
import dev.pawl.v1.StepExecution;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A run and its steps, as far as they are known: a list, brought forward by events. */
final class Board {
  private Run run = Run.getDefaultInstance();
  private final Map<String, StepRow> rows = new LinkedHashMap<>();

  /** Something that somebody who follows wants to see. */
  sealed interface Change {
    /** When it happened; may be absent. */
    Timestamp time();

    /** A step came into another state, or into the same with another attempt. */
    record StepChanged(Timestamp time, TaskRun step) implements Change {}

    /**
     * The run itself did, or it does something once more.
     *
     * @param reopened the steps that had ended and are open again
     */
    record RunChanged(Timestamp time, Run run, List<String> reopened) implements Change {
      public RunChanged {
        reopened = List.copyOf(reopened);
      }
    }
  }

  Run run() {
    return run;
  }

  Collection<StepRow> rows() {
    return rows.values();
  }

  /** The step of this name, if there is one. */
  Optional<TaskRun> step(String task) {
    return Optional.ofNullable(rows.get(task)).map(StepRow::step);
  }

  boolean isEnded() {
    return States.isEnded(run.getState());
  }

  /** Takes over what was just read from the owner; answers what changed since it was last known. */
  List<Change> load(Run read, List<TaskRun> steps) {
    List<Change> changes = new ArrayList<>();
    List<String> reopened = new ArrayList<>();
    for (TaskRun step : steps.stream().flatMap(Board::executions).toList()) {
      StepRow now = StepRow.listed(step);
      StepRow before = rows.put(step.getTask(), now);
      TaskRunState known =
          before == null ? TaskRunState.TASK_RUN_STATE_UNSPECIFIED : before.state();
      if (before != null && before.isEnded() && !now.isEnded()) {
        reopened.add(step.getTask());
      }
      if (known != step.getState() && !now.phase().isWaiting()) {
        changes.add(new Change.StepChanged(timeOf(step), step));
      }
    }
    boolean first = run.getName().isEmpty();
    if (!first && (read.getState() != run.getState() || !reopened.isEmpty())) {
      changes.addFirst(new Change.RunChanged(read.getEndTime(), read, reopened));
    }
    run = read;
    return changes;
  }

  /** A step, or what each of its executions is of one that is split: {@code swap/0} and so on. */
  private static Stream<TaskRun> executions(TaskRun step) {
    return step.getExecutionsCount() == 0
        ? Stream.of(step)
        : step.getExecutionsList().stream().map(one -> execution(step, one));
  }

  private static TaskRun execution(TaskRun step, StepExecution one) {
    TaskRun.Builder row =
        step.toBuilder()
            .clearExecutions()
            .clearLastLogLine()
            .clearMessage()
            .clearStartTime()
            .clearEndTime()
            .setTask(step.getTask() + "/" + one.getIndex())
            .setState(one.getState())
            .setAttempt(one.getAttempt())
            .setFence(one.getFence())
            .setWorker(one.getWorker())
            .setReason(one.getReason());
    if (one.hasStartTime()) {
      row.setStartTime(one.getStartTime());
    }
    if (one.hasEndTime()) {
      row.setEndTime(one.getEndTime());
    }
    return row.build();
  }

  /** The row of the execution that has this full name. */
  String row(String execution) {
    return row(Names.part(execution, "taskRuns"), Names.part(execution, "executions"));
  }

  /**
   * What is known of an execution stands under its step, or under its own name if that is split.
   */
  private String row(String task, String index) {
    return rows.containsKey(task) ? task : task + "/" + index;
  }

  private static Timestamp timeOf(TaskRun step) {
    return step.hasEndTime() ? step.getEndTime() : step.getStartTime();
  }

  /** Applies an event; answers what changed by it, which is nothing when it was known already. */
  List<Change> apply(Event event) {
    String task = row(event.getName());
    return switch (event.getFactCase()) {
      case EXECUTION_LEASED -> leased(task, event, event.getExecutionLeased());
      case ATTEMPT_FAILED -> attemptFailed(task, event, event.getAttemptFailed());
      case EXECUTION_STOPPING ->
          advance(
              task,
              event.getExecutionStopping().getFence(),
              Phase.STOPPING,
              event.getTime(),
              step ->
                  step.setState(TaskRunState.TASK_RUN_STATE_TERMINATING)
                      .setReason(event.getExecutionStopping().getReason()));
      case EXECUTION_STOPPED ->
          advance(
              task,
              event.getExecutionStopped().getFence(),
              Phase.ATTEMPT_OVER,
              event.getTime(),
              step -> step.setState(TaskRunState.TASK_RUN_STATE_TERMINATING));
      case EXECUTION_UNDONE ->
          advance(
              task,
              event.getExecutionUndone().getFence(),
              Phase.ATTEMPT_OVER,
              event.getTime(),
              step -> step.setState(TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH));
      case EXECUTION_ENDED -> executionEnded(task, event, event.getExecutionEnded());
      case STEPS_ENDED, RUN_MOVED, RUN_ENDED, RUN_CREATED -> ofRun(event);
      case WORKFLOW_SUBMITTED, TASK_SUBMITTED, FACT_NOT_SET -> List.of();
    };
  }

  private List<Change> leased(String task, Event event, ExecutionLeased leased) {
    return advance(
        task,
        leased.getFence(),
        Phase.LEASED,
        event.getTime(),
        step -> {
          if (!step.hasStartTime() || step.hasEndTime()) {
            step.setStartTime(event.getTime());
          }
          step.setState(
                  switch (event.getStateAfter()) {
                    case "ROLLING_BACK" -> TaskRunState.TASK_RUN_STATE_ROLLING_BACK;
                    case "TERMINATING" -> TaskRunState.TASK_RUN_STATE_TERMINATING;
                    default -> TaskRunState.TASK_RUN_STATE_RUNNING;
                  })
              .setAttempt(leased.getAttempt())
              .setWorker(leased.getWorker())
              .clearOperation()
              .clearReason()
              .clearMessage()
              .clearEndTime()
              .clearNextAttemptTime();
        });
  }

  private List<Change> attemptFailed(String task, Event event, AttemptFailed failed) {
    return advance(
        task,
        failed.getFence(),
        Phase.ATTEMPT_OVER,
        event.getTime(),
        step -> {
          step.setState(TaskRunState.TASK_RUN_STATE_RETRY_WAIT)
              .setAttempt(failed.getAttempt())
              .setReason(failed.getReason())
              .setMessage(failed.getMessage());
          if (failed.hasNextAttemptTime()) {
            step.setNextAttemptTime(failed.getNextAttemptTime());
          }
        });
  }

  private List<Change> executionEnded(String task, Event event, ExecutionEnded ended) {
    Optional<TaskRunState> state = stateOf(ended.getState());
    if (state.isEmpty()) {
      return List.of();
    }
    return advance(
        task,
        ended.getFence(),
        Phase.EXECUTION_OVER,
        event.getTime(),
        step ->
            step.setState(state.get())
                .setAttempt(Math.max(ended.getAttempt(), step.getAttempt()))
                .setReason(ended.getReason())
                .setMessage(ended.getMessage())
                .setLastLogLine(ended.getLastLogLine())
                .setEndTime(event.getTime()));
  }

  private static Optional<TaskRunState> stateOf(ExecutionState state) {
    return switch (state) {
      case EXECUTION_STATE_SUCCEEDED -> Optional.of(TaskRunState.TASK_RUN_STATE_SUCCEEDED);
      case EXECUTION_STATE_FAILED, EXECUTION_STATE_TIMED_OUT ->
          Optional.of(TaskRunState.TASK_RUN_STATE_FAILED);
      case EXECUTION_STATE_TERMINATED -> Optional.of(TaskRunState.TASK_RUN_STATE_TERMINATED);
      case EXECUTION_STATE_SKIPPED -> Optional.of(TaskRunState.TASK_RUN_STATE_SKIPPED);
      case EXECUTION_STATE_ROLLED_BACK -> Optional.of(TaskRunState.TASK_RUN_STATE_ROLLED_BACK);
      case EXECUTION_STATE_ROLLBACK_FAILED ->
          Optional.of(TaskRunState.TASK_RUN_STATE_ROLLBACK_FAILED);
      case EXECUTION_STATE_UNSPECIFIED,
          EXECUTION_STATE_PENDING,
          EXECUTION_STATE_READY,
          EXECUTION_STATE_RUNNING,
          EXECUTION_STATE_RETRY_WAIT,
          EXECUTION_STATE_TERMINATING,
          EXECUTION_STATE_ROLLING_BACK,
          UNRECOGNIZED ->
          Optional.empty();
    };
  }

  /**
   * A fact of the run itself. They come in order, and the list was read behind the run: one that
   * the run knew when it was read is in the list too.
   */
  private List<Change> ofRun(Event event) {
    List<Change> changes = new ArrayList<>();
    List<String> reopened = reopen(event);
    boolean known = event.getSequence() <= run.getRevision().getSequence();
    if (!known) {
      event.getStepsEnded().getStepsList().forEach(end -> changes.addAll(stepEnded(event, end)));
    }
    boolean moved = !known && move(event);
    if (moved || !reopened.isEmpty()) {
      changes.add(new Change.RunChanged(event.getTime(), run, reopened));
    }
    return changes;
  }

  /**
   * Opens the steps again that the fact names. One that is at work, or that ended later than the
   * fact, was listed after it had begun anew.
   */
  private List<String> reopen(Event event) {
    if (!event.hasRunMoved()) {
      return List.of();
    }
    RunMoved fact = event.getRunMoved();
    Collection<String> named = new ArrayList<>(fact.getReopenedStepsList());
    named.addAll(fact.getUndoingStepsList());
    if (fact.getRedone()) {
      named.addAll(rows.keySet());
    }
    List<String> reopened = new ArrayList<>();
    for (String task : named) {
      StepRow row = rows.get(task);
      if (row != null
          && row.isEnded()
          && Timestamps.compare(row.step().getEndTime(), event.getTime()) <= 0) {
        rows.put(
            task,
            fact.getUndoingStepsList().contains(task) ? row.reopenedBackward() : row.reopened());
        reopened.add(task);
      }
    }
    return reopened;
  }

  private List<Change> stepEnded(Event event, StepEnd end) {
    String task = row(end.getTask(), Integer.toString(end.getExecution()));
    StepRow row = rows.get(task);
    if (row == null || isPast(row, end)) {
      return List.of();
    }
    if (row.phase() == Phase.REOPENED) {
      // It ended without having begun anew.
      row = new StepRow(row.step(), row.fence(), Phase.NONE);
      rows.put(task, row);
    }
    return advance(
        task,
        Math.max(row.fence(), end.getFence()),
        end.getPassed() ? Phase.PASSED : Phase.STEP_OVER,
        event.getTime(),
        step -> {
          step.setState(end.getState());
          if (end.getPassed()) {
            step.setOperation(Operation.OPERATION_PASS).clearReason().clearEndTime();
          }
          if (!end.getReason().isEmpty()) {
            step.setReason(end.getReason());
          }
          if (end.getAttempt() > 0) {
            step.setAttempt(end.getAttempt());
          }
          if (!step.hasEndTime()) {
            step.setEndTime(event.getTime());
          }
        });
  }

  /** Whether a step has begun, or is to begin, since it came to this end. */
  private static boolean isPast(StepRow row, StepEnd end) {
    return end.getFence() != 0
        && (end.getFence() < row.fence()
            || (end.getFence() == row.fence() && row.phase() == Phase.REOPENED));
  }

  /** Changes one field after another. */
  private interface Edit {
    void apply(TaskRun.Builder step);
  }

  private List<Change> advance(String task, long fence, Phase phase, Timestamp time, Edit edit) {
    StepRow row = rows.get(task);
    if (row == null || !row.isOlderThan(fence, phase)) {
      return List.of();
    }
    TaskRun.Builder step = row.step().toBuilder();
    edit.apply(step);
    StepRow next = new StepRow(step.setFence(fence).build(), fence, phase);
    rows.put(task, next);
    boolean visible =
        row.state() != next.state() || row.step().getAttempt() != next.step().getAttempt();
    return visible ? List.of(new Change.StepChanged(time, next.step())) : List.of();
  }

  /** Brings the run itself forward; answers whether its state is another. */
  private boolean move(Event event) {
    RunState before = run.getState();
    Run.Builder next = run.toBuilder().setState(stateOf(event.getStateAfter()));
    next.getRevisionBuilder().setSequence(event.getSequence());
    if (event.hasRunEnded()) {
      next.setEndTime(event.getTime()).setReason(event.getRunEnded().getReason()).clearFailure();
      if (event.getRunEnded().hasFailure()) {
        next.setFailure(event.getRunEnded().getFailure());
      }
    } else if (!States.isEnded(next.getState())) {
      next.clearEndTime().clearReason().clearFailure().clearOutputs();
    }
    run = next.build();
    return before != run.getState();
  }

  private RunState stateOf(String name) {
    for (RunState state : RunState.values()) {
      if (States.name(state).equals(name)) {
        return state;
      }
    }
    return run.getState();
  }

  /** What a step that has not begun waits for, as far as the events tell. */
  String waitsFor(StepRow row) {
    List<String> open = row.step().getNeedsList().stream().filter(need -> !isDone(need)).toList();
    if (!open.isEmpty()) {
      return String.join(", ", open);
    }
    return switch (run.getState()) {
      case RUN_STATE_PAUSING, RUN_STATE_PAUSED -> "the run to be continued";
      case RUN_STATE_UNSPECIFIED,
          RUN_STATE_WAITING,
          RUN_STATE_RUNNING,
          RUN_STATE_TERMINATING,
          RUN_STATE_ROLLING_BACK,
          RUN_STATE_SUCCEEDED,
          RUN_STATE_FAILED,
          RUN_STATE_TERMINATED,
          RUN_STATE_ROLLED_BACK,
          RUN_STATE_ROLLBACK_FAILED,
          UNRECOGNIZED ->
          row.step().getGroup().isEmpty()
              ? "a free slot"
              : "a free slot in group " + row.step().getGroup();
    };
  }

  private boolean isDone(String task) {
    StepRow row = rows.get(task);
    return row != null
        && (row.state() == TaskRunState.TASK_RUN_STATE_SUCCEEDED
            || row.state() == TaskRunState.TASK_RUN_STATE_SKIPPED);
  }

  /** How many steps have ended. */
  long ended() {
    return rows.values().stream().filter(StepRow::isEnded).count();
  }
}
