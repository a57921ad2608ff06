package dev.pawl.cli.run.follow;

import com.google.protobuf.Timestamp;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;

/**
 * What is known of one step, and how recent that is.
 *
 * <p>Knowledge comes from a list and from events that may be older than the list. Its order is the
 * fence of the work, and within a fence the phase; whatever is not newer is ignored, so that an
 * event can be applied any number of times.
 */
record StepRow(TaskRun step, long fence, Phase phase) {
  /** What happens to one start of work, in order. */
  enum Phase {
    NONE,
    LEASED,
    STOPPING,
    ATTEMPT_OVER,
    EXECUTION_OVER,
    STEP_OVER,
    /** Somebody said that it counts as succeeded. */
    PASSED,
    /** It is open again, and its next start has another fence. */
    REOPENED;

    /** Whether nothing has begun. */
    boolean isWaiting() {
      return this == NONE || this == REOPENED;
    }
  }

  static StepRow listed(TaskRun step) {
    return new StepRow(
        step, step.getFence(), States.isPassed(step) ? Phase.PASSED : phaseOf(step.getState()));
  }

  private static Phase phaseOf(TaskRunState state) {
    return switch (state) {
      case TASK_RUN_STATE_RUNNING, TASK_RUN_STATE_ROLLING_BACK -> Phase.LEASED;
      case TASK_RUN_STATE_TERMINATING -> Phase.STOPPING;
      case TASK_RUN_STATE_RETRY_WAIT -> Phase.ATTEMPT_OVER;
      case TASK_RUN_STATE_SUCCEEDED,
          TASK_RUN_STATE_FAILED,
          TASK_RUN_STATE_TERMINATED,
          TASK_RUN_STATE_SKIPPED,
          TASK_RUN_STATE_ROLLED_BACK,
          TASK_RUN_STATE_ROLLBACK_FAILED ->
          Phase.STEP_OVER;
      case TASK_RUN_STATE_UNSPECIFIED,
          TASK_RUN_STATE_WAIT_EVENT,
          TASK_RUN_STATE_WAIT_UPSTREAM,
          TASK_RUN_STATE_WAIT_DISPATCH,
          UNRECOGNIZED ->
          Phase.NONE;
    };
  }

  boolean isOlderThan(long otherFence, Phase otherPhase) {
    return fence < otherFence || (fence == otherFence && phase.compareTo(otherPhase) < 0);
  }

  /**
   * The same step open again. Of what it came to before nothing is left but its fence, by which
   * late news of that time are known.
   */
  StepRow reopened() {
    return reopened(TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM);
  }

  /** The same step, of which the work is to be taken back. */
  StepRow reopenedBackward() {
    return reopened(TaskRunState.TASK_RUN_STATE_ROLLING_BACK);
  }

  private StepRow reopened(TaskRunState state) {
    TaskRun open =
        step.toBuilder()
            .setState(state)
            .clearOperation()
            .clearReason()
            .clearMessage()
            .clearLastLogLine()
            .clearAttempt()
            .clearWorker()
            .clearStartTime()
            .clearEndTime()
            .clearNextAttemptTime()
            .clearWaitsFor()
            .clearOutputs()
            .clearCommands()
            .build();
    return new StepRow(open, fence, Phase.REOPENED);
  }

  String task() {
    return step.getTask();
  }

  TaskRunState state() {
    return step.getState();
  }

  boolean isEnded() {
    return States.isEnded(step.getState());
  }

  Timestamp start() {
    return step.getStartTime();
  }
}
