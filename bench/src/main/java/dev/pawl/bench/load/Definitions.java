package dev.pawl.bench.load;

import dev.pawl.client.RequestIds;
import dev.pawl.v1.Action;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Channel;

/** The workflows that instruments run, each under a name that no earlier bench used. */
final class Definitions {
  static final String PROJECT = "projects/default";

  private Definitions() {}

  /** A chain of tasks that do nothing; returns the workflow's resource name. */
  static String submitChain(Channel channel, int length) {
    WorkflowSpec.Builder chain = WorkflowSpec.newBuilder();
    for (int i = 0; i < length; i++) {
      TaskSpec.Builder task =
          TaskSpec.newBuilder()
              .setName("t" + i)
              .setExecute(Action.newBuilder().setNoop(NoopAction.getDefaultInstance()));
      if (i > 0) {
        task.addNeeds("t" + (i - 1));
      }
      chain.addTasks(task);
    }
    return submit(channel, "bench-chain-" + length, chain);
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
