package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.RequestIds;
import dev.pawl.dev.DevProcess;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The largest graph that a workflow may have. */
@Timeout(360)
class TenThousandTasksIT {
  private static final int TASKS = 10_000;
  private static final Duration WITHIN = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void a_run_of_ten_thousand_tasks_in_a_hundred_layers_ends() throws Exception {
    try (DevProcess server =
            DevProcess.start(
                directory.resolve("server"), List.of(), List.of("--no-worker", "--no-samples"));
        RemoteWorker _ =
            RemoteWorker.start(directory.resolve("worker"), server.address(), "--slots", "64")) {
      ManagedChannel channel = PawlChannels.open(server.address());
      try {
        runToEnd(channel, Graphs.layers("layers", 100, 100));
        runToEnd(channel, Graphs.fan("fan", TASKS));
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static void runToEnd(ManagedChannel channel, WorkflowSpec workflow) {
    assertThat(workflow.getTasksCount()).isEqualTo(TASKS);
    String definition = Graphs.submit(channel, workflow);
    long begun = System.nanoTime();
    RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    String name =
        runs.startRun(
                StartRunRequest.newBuilder()
                    .setDefinition(definition)
                    .setRequestId(RequestIds.next())
                    .build())
            .getRun()
            .getName();
    GetRunRequest get = GetRunRequest.newBuilder().setName(name).build();
    await(definition + " has ended")
        .atMost(WITHIN)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> runs.getRun(get).getRun().hasEndTime());
    Run ended = runs.getRun(get).getRun();
    System.out.printf(
        "TenThousandTasksIT: %s took %d ms%n",
        definition, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    assertThat(ended.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(ended.getSteps().getSucceeded()).isEqualTo(TASKS);
  }
}
