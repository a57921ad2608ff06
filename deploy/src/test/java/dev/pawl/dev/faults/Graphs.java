package dev.pawl.dev.faults;

import com.google.protobuf.util.Durations;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.Action;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Retry;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Channel;
import java.util.Random;

/** The workflows that the tests run. */
final class Graphs {
  static final String PROJECT = "projects/default";

  private Graphs() {}

  /**
   * Scripts that keep a ledger, in lanes: each waits for the one a lane's width before it.
   *
   * @param attempts of each task
   */
  static WorkflowSpec scripts(
      Ledger ledger,
      int tasks,
      int lanes,
      int attempts,
      double leastSeconds,
      double mostSeconds,
      Random random) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName("scripts");
    for (int i = 0; i < tasks; i++) {
      double seconds = leastSeconds + (mostSeconds - leastSeconds) * random.nextDouble();
      TaskSpec.Builder task =
          TaskSpec.newBuilder()
              .setName("t" + i)
              .setRetry(retry(attempts))
              .setExecute(
                  Action.newBuilder()
                      .setShell(ShellAction.newBuilder().setScript(ledger.script(seconds))));
      if (i >= lanes) {
        task.addNeeds("t" + (i - lanes));
      }
      workflow.addTasks(task);
    }
    return workflow.build();
  }

  /** A chain of tasks that take no time, but for the first, which takes so long. */
  static WorkflowSpec chain(String name, int tasks, long firstMillis) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName(name);
    for (int i = 0; i < tasks; i++) {
      TaskSpec.Builder task = noop("t" + i, i == 0 ? firstMillis : 0);
      if (i > 0) {
        task.addNeeds("t" + (i - 1));
      }
      workflow.addTasks(task);
    }
    return workflow.build();
  }

  /** Tasks that take no time and wait for nothing. */
  static WorkflowSpec crowd(String name, int tasks) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName(name);
    for (int i = 0; i < tasks; i++) {
      workflow.addTasks(noop("t" + i, 0));
    }
    return workflow.build();
  }

  /** Layers of tasks that take no time, each waiting for three of the layer above. */
  static WorkflowSpec layers(String name, int layers, int width) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName(name);
    for (int layer = 0; layer < layers; layer++) {
      for (int i = 0; i < width; i++) {
        TaskSpec.Builder task = noop("t%d-%d".formatted(layer, i), 0);
        for (int step = 0; layer > 0 && step < 3; step++) {
          task.addNeeds("t%d-%d".formatted(layer - 1, (i + step * 7) % width));
        }
        workflow.addTasks(task);
      }
    }
    return workflow.build();
  }

  /** One task, then all the others but one, then that one. */
  static WorkflowSpec fan(String name, int tasks) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName(name);
    workflow.addTasks(noop("first", 0));
    TaskSpec.Builder last = noop("last", 0);
    for (int i = 0; i < tasks - 2; i++) {
      workflow.addTasks(noop("t" + i, 0).addNeeds("first"));
      last.addNeeds("t" + i);
    }
    return workflow.addTasks(last).build();
  }

  private static Retry.Builder retry(int attempts) {
    return Retry.newBuilder()
        .setMaxAttempts(attempts)
        .setFixed(FixedBackoff.newBuilder().setInterval(Durations.fromMillis(200)));
  }

  private static TaskSpec.Builder noop(String name, long millis) {
    return TaskSpec.newBuilder()
        .setName(name)
        .setRetry(retry(5))
        .setExecute(
            Action.newBuilder()
                .setNoop(NoopAction.newBuilder().setDuration(Durations.fromMillis(millis))));
  }

  /** Submits a workflow and returns its resource name. */
  static String submit(Channel channel, WorkflowSpec workflow) {
    return WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent(PROJECT)
                .setWorkflow(workflow)
                .setRequestId(RequestIds.next())
                .build())
        .getWorkflow()
        .getName();
  }
}
