package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.api.fake.Samples;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two nodes on one PostgreSQL, asked the same over the wire. */
class AnyNodeIT {

  @Test
  @Covers("OBS-34")
  void a_task_is_the_same_at_whichever_node_one_asks() throws Exception {
    try (ServerUnderTest first = ServerUnderTest.start();
        PawlServer second =
            PawlServer.start(first.settings(InetAddress.getLoopbackAddress(), Optional.empty()))) {
      ManagedChannel there =
          NettyChannelBuilder.forAddress("127.0.0.1", second.port()).usePlaintext().build();
      try {
        ask(List.of(first.channel(), there));
      } finally {
        there.shutdownNow();
      }
    }
  }

  private static void ask(List<ManagedChannel> nodes) throws InterruptedException {
    WorkflowServiceGrpc.newBlockingStub(nodes.getFirst())
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(
                    WorkflowSpec.newBuilder()
                        .setName("load")
                        .setProfile(Profile.PROFILE_OPS)
                        .addTasks(TaskSpec.newBuilder().setName("scan").setExecute(Samples.noop()))
                        .addTasks(
                            TaskSpec.newBuilder()
                                .setName("load")
                                .addNeeds("scan")
                                .setExecute(Samples.noop())))
                .build());
    LeaseHolder worker = new LeaseHolder(nodes.getLast(), "w1", "default", 8);
    // Each run lives on one of the nodes: with so many both have some, whoever was asked for them.
    for (int i = 0; i < 8; i++) {
      String run =
          RunServiceGrpc.newBlockingStub(nodes.get(i % nodes.size()))
              .startRun(
                  StartRunRequest.newBuilder()
                      .setDefinition("projects/shop/workflows/load")
                      .setRequestId("r-" + i)
                      .build())
              .getRun()
              .getName();
      worker.fail(run + "/taskRuns/scan", true);
      await().untilAsserted(() -> sameEverywhere(nodes, run));
    }
  }

  private static void sameEverywhere(List<ManagedChannel> nodes, String run) {
    Task seen = seen(nodes.getFirst(), run);
    assertThat(seen.run().getFailure().getStep()).isEqualTo("scan");
    assertThat(seen.steps()).hasSize(2);
    assertThat(seen.execution().getAttemptsCount()).isEqualTo(1);
    assertThat(nodes).allSatisfy(node -> assertThat(seen(node, run)).isEqualTo(seen));
  }

  /** All that is told of a task. */
  private record Task(
      Run run, List<TaskRun> steps, TaskRun step, Execution execution, Run listed) {}

  private static Task seen(ManagedChannel node, String run) {
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(node);
    Run head = runs.getRun(GetRunRequest.newBuilder().setName(run).build()).getRun();
    return new Task(
        head,
        runs.listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(run).build())
            .getTaskRunsList(),
        runs.getTaskRun(GetTaskRunRequest.newBuilder().setName(run + "/taskRuns/scan").build())
            .getTaskRun(),
        ExecutionServiceGrpc.newBlockingStub(node)
            .getExecution(
                GetExecutionRequest.newBuilder()
                    .setName(run + "/taskRuns/scan/executions/0")
                    .build())
            .getExecution(),
        runs.listRuns(
                ListRunsRequest.newBuilder()
                    .setParent("projects/shop")
                    .setFilter("id = " + head.getId())
                    .addAtLeast(head.getRevision())
                    .build())
            .getRuns(0));
  }
}
