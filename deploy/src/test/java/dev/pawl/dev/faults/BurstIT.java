package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.pawl.client.RequestIds;
import dev.pawl.dev.DevProcess;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceFutureStub;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many commands at once. */
@Timeout(240)
class BurstIT {
  private static final int RUNS = 1_000;

  @TempDir private Path directory;

  @Test
  void a_thousand_unanswered_starts_at_once_all_finish_and_nothing_is_dropped() throws Exception {
    try (DevProcess server =
            DevProcess.start(
                directory.resolve("server"),
                List.of("-Dlogback.configurationFile=" + chattyLogging()),
                List.of("--no-worker", "--no-samples"));
        RemoteWorker worker = RemoteWorker.start(directory.resolve("worker"), server.address())) {
      // No retries: the first answer counts.
      ManagedChannel channel =
          Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create())
              .disableRetry()
              .build();
      try {
        String workflow = Graphs.submit(channel, Graphs.chain("burst", 3, 0));
        RunServiceFutureStub runs =
            RunServiceGrpc.newFutureStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
        long begun = System.nanoTime();
        List<ListenableFuture<StartRunResponse>> answers = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
          answers.add(
              runs.startRun(
                  StartRunRequest.newBuilder()
                      .setDefinition(workflow)
                      .setRequestId(RequestIds.next())
                      .build()));
        }
        assertThat(Futures.allAsList(answers).get()).hasSize(RUNS);
        long answered = System.nanoTime();
        await("all runs have succeeded")
            .atMost(Duration.ofSeconds(150))
            .pollInterval(Duration.ofMillis(500))
            .until(() -> succeeded(channel) == RUNS);
        System.out.printf(
            "BurstIT: %d starts answered in %d ms, all runs ended in %d ms%n",
            RUNS,
            TimeUnit.NANOSECONDS.toMillis(answered - begun),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
      } finally {
        channel.shutdownNow();
      }
      assertThat(server.output()).as("tells all").contains(" INFO  org.apache.pekko.");
      assertThat(complaints(server.output())).as("of the server").isEmpty();
      assertThat(complaints(worker.output())).as("of the worker").isEmpty();
    }
  }

  private static long succeeded(ManagedChannel channel) {
    return RunServiceGrpc.newBlockingStub(channel)
        .listRuns(
            ListRunsRequest.newBuilder()
                .setParent(Graphs.PROJECT)
                .setPageSize(1)
                .setFilter("state = SUCCEEDED")
                .build())
        .getTotalSize();
  }

  /** Dead and dropped messages are told at INFO. */
  private Path chattyLogging() throws IOException {
    return Files.writeString(
        directory.resolve("logback.xml"),
        """
        <configuration>
          <appender name="STDERR" class="ch.qos.logback.core.ConsoleAppender">
            <target>System.err</target>
            <encoder><pattern>%d %-5level %logger - %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="STDERR" /></root>
        </configuration>
        """);
  }

  private static List<String> complaints(String output) {
    return output
        .lines()
        .filter(
            line ->
                line.contains(" ERROR ")
                    || line.contains("Exception")
                    || line.contains("dead letter")
                    || line.contains("was dropped")
                    || line.contains("was unhandled")
                    || line.contains("OutOfMemory"))
        .toList();
  }
}
