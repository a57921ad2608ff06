package dev.pawl.cli.run.follow;

import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.Sample;
import dev.pawl.cli.Shell;
import dev.pawl.v1.AttemptFailed;
import dev.pawl.v1.Bookmark;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionEnded;
import dev.pawl.v1.ExecutionLeased;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.RunEnded;
import dev.pawl.v1.RunMoved;
import dev.pawl.v1.RunState;
import dev.pawl.v1.SnapshotEnd;
import dev.pawl.v1.SnapshotRow;
import dev.pawl.v1.StepEnd;
import dev.pawl.v1.StepsEnded;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.WatchResponse;
import java.util.List;

/** Events of the sample run. */
final class Facts {
  private Facts() {}

  static Event leased(String task, long fence, int attempt) {
    return execution(task)
        .setExecutionLeased(
            ExecutionLeased.newBuilder().setFence(fence).setAttempt(attempt).setWorker("w1"))
        .build();
  }

  static Event attemptFailed(String task, long fence, int attempt) {
    return execution(task)
        .setAttemptFailed(
            AttemptFailed.newBuilder()
                .setFence(fence)
                .setAttempt(attempt)
                .setReason("EXIT_CODE")
                .setMessage("exit code 1"))
        .build();
  }

  static Event ended(String task, long fence, ExecutionState state) {
    return execution(task)
        .setExecutionEnded(
            ExecutionEnded.newBuilder().setFence(fence).setAttempt(1).setState(state))
        .build();
  }

  static Event stepEnded(long sequence, String task, long fence, TaskRunState state) {
    return run(sequence, "RUNNING")
        .setStepsEnded(
            StepsEnded.newBuilder()
                .addSteps(StepEnd.newBuilder().setTask(task).setFence(fence).setState(state)))
        .build();
  }

  static Event runEnded(long sequence, String state) {
    return run(sequence, state).setRunEnded(RunEnded.getDefaultInstance()).build();
  }

  static Event runMoved(long sequence, String state) {
    return run(sequence, state).setRunMoved(RunMoved.getDefaultInstance()).build();
  }

  static Event reopened(long sequence, String state, String... steps) {
    return run(sequence, state)
        .setRunMoved(RunMoved.newBuilder().addAllReopenedSteps(List.of(steps)))
        .build();
  }

  static Event undoing(long sequence, String... steps) {
    return run(sequence, "ROLLING_BACK")
        .setRunMoved(RunMoved.newBuilder().addAllUndoingSteps(List.of(steps)))
        .build();
  }

  static Event redone(long sequence) {
    return run(sequence, "RUNNING").setRunMoved(RunMoved.newBuilder().setRedone(true)).build();
  }

  static Event passed(long sequence, String task, long fence) {
    return run(sequence, "RUNNING")
        .setStepsEnded(
            StepsEnded.newBuilder()
                .addSteps(
                    StepEnd.newBuilder()
                        .setTask(task)
                        .setFence(fence)
                        .setState(TaskRunState.TASK_RUN_STATE_SUCCEEDED)
                        .setPassed(true)))
        .build();
  }

  private static Event.Builder run(long sequence, String after) {
    return Event.newBuilder()
        .setName(Sample.RUN)
        .setKind(EntityKind.ENTITY_KIND_RUN)
        .setSequence(sequence)
        .setTime(Timestamps.fromMillis(Shell.NOW.toEpochMilli()))
        .setStateAfter(after);
  }

  private static Event.Builder execution(String task) {
    return Event.newBuilder()
        .setName(Sample.RUN + "/taskRuns/" + task + "/executions/0")
        .setKind(EntityKind.ENTITY_KIND_EXECUTION)
        .setTime(Timestamps.fromMillis(Shell.NOW.toEpochMilli()));
  }

  static WatchResponse at(String cursor, Event event) {
    return WatchResponse.newBuilder().setCursor(cursor).setEvent(event).build();
  }

  static WatchResponse row(String cursor, RunState state) {
    return WatchResponse.newBuilder()
        .setCursor(cursor)
        .setRow(SnapshotRow.newBuilder().setRun(Sample.run(state)))
        .build();
  }

  static WatchResponse snapshotEnd(String cursor) {
    return WatchResponse.newBuilder()
        .setCursor(cursor)
        .setSnapshotEnd(SnapshotEnd.getDefaultInstance())
        .build();
  }

  static WatchResponse bookmark(String cursor) {
    return WatchResponse.newBuilder()
        .setCursor(cursor)
        .setBookmark(Bookmark.getDefaultInstance())
        .build();
  }
}
