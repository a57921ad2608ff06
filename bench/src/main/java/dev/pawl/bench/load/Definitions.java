package dev.pawl.bench.load;

import dev.pawl.client.RequestIds;
import dev.pawl.v1.Action;
import dev.pawl.v1.JavaAction;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Channel;

/** The workflows that instruments run, each under a name that no earlier bench used. */
public final class Definitions {
  static final String PROJECT = "projects/default";

  private static final int LAYER = 5;

  /** A worker group without workers. */
  static final String NOBODY = "bench-nobody";

  private Definitions() {}

  /** A chain of tasks that do nothing; returns the workflow's resource name. */
  static String submitChain(Channel channel, int length) {
    WorkflowSpec.Builder chain = WorkflowSpec.newBuilder();
    for (int i = 0; i < length; i++) {
      TaskSpec.Builder task = noop("t" + i);
      if (i > 0) {
        task.addNeeds("t" + (i - 1));
      }
      chain.addTasks(task);
    }
    return submit(channel, "bench-chain-" + length, chain);
  }

  /** One task that does nothing, in a group that has no worker unless somebody brings one. */
  public static String submitForNobody(Channel channel) {
    return submit(
        channel, "bench-nobody", WorkflowSpec.newBuilder().addTasks(noop("wait").setGroup(NOBODY)));
  }

  /** One task that a handler of the bench's own worker does. */
  static String submitHandler(Channel channel, String handler) {
    return submit(
        channel,
        "bench-handler",
        WorkflowSpec.newBuilder()
            .addTasks(
                TaskSpec.newBuilder()
                    .setName("handler")
                    .setExecute(
                        Action.newBuilder().setJava(JavaAction.newBuilder().setHandler(handler)))));
  }

  /** So many tasks at once that do nothing, and a last one that needs them all. */
  static String submitFan(Channel channel, int width) {
    WorkflowSpec.Builder fan = WorkflowSpec.newBuilder();
    TaskSpec.Builder join = noop("join");
    for (int i = 0; i < width; i++) {
      fan.addTasks(noop("t" + i));
      join.addNeeds("t" + i);
    }
    return submit(channel, "bench-fan-" + width, fan.addTasks(join));
  }

  /** Tasks that do nothing in layers of five, each in need of two of the layer before. */
  static String submitLayers(Channel channel, int tasks) {
    WorkflowSpec.Builder graph = WorkflowSpec.newBuilder();
    for (int i = 0; i < tasks; i++) {
      TaskSpec.Builder task = noop("t" + i);
      int above = i / LAYER * LAYER - LAYER;
      if (above >= 0) {
        task.addNeeds("t" + (above + i % LAYER)).addNeeds("t" + (above + (i + 1) % LAYER));
      }
      graph.addTasks(task);
    }
    return submit(channel, "bench-layers-" + tasks, graph);
  }

  private static TaskSpec.Builder noop(String name) {
    return TaskSpec.newBuilder()
        .setName(name)
        .setExecute(Action.newBuilder().setNoop(NoopAction.getDefaultInstance()));
  }

  /** One shell script. */
  static String submitScript(Channel channel, String script) {
    return submit(
        channel,
        "bench-script",
        WorkflowSpec.newBuilder()
            .addTasks(
                TaskSpec.newBuilder()
                    .setName("script")
                    .setExecute(
                        Action.newBuilder().setShell(ShellAction.newBuilder().setScript(script)))));
  }

  private static String submit(Channel channel, String kind, WorkflowSpec.Builder workflow) {
    String unique = RequestIds.next();
    return WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent(PROJECT)
                .setWorkflow(workflow.setName(kind + "-" + unique.substring(0, 18)))
                .setRequestId(RequestIds.next())
                .build())
        .getWorkflow()
        .getName();
  }
}
