package dev.pawl.cli;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.pawl.v1.Revision;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunObject;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepCounts;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.time.Duration;
import java.util.List;

/** Runs and steps for tests. */
public final class Sample {
  public static final String RUN = "projects/default/runs/01hx0000000000000007f3k2xy";
  public static final String ID = "01hx0000000000000007f3k2xy";

  private Sample() {}

  public static Timestamp ago(Duration duration) {
    return Timestamps.fromMillis(Shell.NOW.minus(duration).toEpochMilli());
  }

  public static Run run(RunState state) {
    return Run.newBuilder()
        .setName(RUN)
        .setId(ID)
        .setDefinition("projects/default/workflows/upgrade")
        .setDefinitionVersion(12)
        .setState(state)
        .setInitiator("operator-1")
        .setCreateTime(ago(Duration.ofSeconds(211)))
        .setStartTime(ago(Duration.ofSeconds(210)))
        .addObjects(RunObject.newBuilder().setKind("cluster").setName("obdemo"))
        .setSteps(StepCounts.newBuilder().setTotal(3).setSucceeded(1).setFinished(1))
        .setRevision(Revision.newBuilder().setEntity(RUN).setSequence(2))
        .build();
  }

  public static TaskRun step(String task, TaskRunState state, long fence, String... needs) {
    return TaskRun.newBuilder()
        .setName(RUN + "/taskRuns/" + task)
        .setTask(task)
        .addAllNeeds(List.of(needs))
        .setState(state)
        .setFence(fence)
        .setAttempt(fence == 0 ? 0 : 1)
        .setMaxAttempts(3)
        .setGroup("default")
        .build();
  }
}
