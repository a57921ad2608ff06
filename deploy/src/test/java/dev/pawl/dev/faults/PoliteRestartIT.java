package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.RequestIds;
import dev.pawl.client.ResumingStream;
import dev.pawl.client.Watches;
import dev.pawl.covers.Covers;
import dev.pawl.dev.DevProcess;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.Event;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM of the server while a client that does nothing about it calls, and another watches. */
@Timeout(300)
class PoliteRestartIT {
  private static final int RESTARTS = 2;

  @TempDir private Path directory;

  private final List<Event> facts = new CopyOnWriteArrayList<>();
  private final List<String> ended = new CopyOnWriteArrayList<>();

  private volatile boolean enough;

  @Test
  @Covers({"SYS-3", "SYS-4"})
  void a_restart_fails_no_call_and_a_watcher_misses_nothing() throws Exception {
    try (DevProcess server =
        DevProcess.start(
            directory.resolve("server"), Ordeal.shortLived(), List.of("--no-samples"))) {
      ManagedChannel channel = PawlChannels.open(server.address());
      try {
        String workflow = Graphs.submit(channel, Graphs.chain("small", 2, 100));
        ResumingStream<WatchRequest, WatchResponse> watch =
            Watches.stream(
                channel,
                WatchRequest.newBuilder()
                    .setParent(Graphs.PROJECT)
                    .setBeginning(Beginning.getDefaultInstance())
                    .build(),
                ResumingStream.Settings.usual());
        CompletableFuture<Void> watching =
            CompletableFuture.runAsync(() -> watch.forEach(this::see), PoliteRestartIT::begin);
        CompletableFuture<Void> calling =
            CompletableFuture.runAsync(
                () -> {
                  while (!enough) {
                    ended.add(runOne(RunServiceGrpc.newBlockingStub(channel), workflow));
                  }
                },
                PoliteRestartIT::begin);

        for (int restart = 0; restart < RESTARTS; restart++) {
          int before = ended.size();
          awaitWhile(calling, () -> ended.size() >= before + 3);
          assertThat(server.stop()).isZero();
          server.restart();
        }
        int before = ended.size();
        awaitWhile(calling, () -> ended.size() >= before + 3);
        enough = true;
        calling.get(60, TimeUnit.SECONDS);
        awaitWhile(watching, () -> seenEnds().size() == ended.size());
        watch.cancel();
        watching.get(10, TimeUnit.SECONDS);
      } finally {
        channel.shutdownNow();
      }
    }
    assertThat(seenEnds()).containsExactlyElementsOf(ended);
    Map<String, Long> last = new HashMap<>();
    for (Event fact : facts) {
      assertThat(fact.getSequence())
          .as("the next fact of %s", fact.getName())
          .isEqualTo(last.getOrDefault(fact.getName(), 0L) + 1);
      last.put(fact.getName(), fact.getSequence());
    }
  }

  private static void begin(Runnable task) {
    Thread.ofVirtual().start(task);
  }

  private static void awaitWhile(CompletableFuture<Void> working, Callable<Boolean> reached) {
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> {
              if (working.isCompletedExceptionally()) {
                working.get();
              }
              return reached.call();
            });
  }

  /** Starts a run and waits for its end, and repeats nothing by itself. */
  private static String runOne(RunServiceBlockingStub runs, String workflow) {
    // A node with its own PostgreSQL may take longer to start than a failover takes.
    String name =
        runs.withDeadlineAfter(90, TimeUnit.SECONDS)
            .startRun(
                StartRunRequest.newBuilder()
                    .setDefinition(workflow)
                    .setRequestId(RequestIds.next())
                    .build())
            .getRun()
            .getName();
    while (true) {
      Run run =
          runs.withDeadlineAfter(90, TimeUnit.SECONDS)
              .waitRun(WaitRunRequest.newBuilder().setName(name).build())
              .getRun();
      if (run.hasEndTime()) {
        assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
        return name;
      }
    }
  }

  private boolean see(WatchResponse message) {
    if (message.hasEvent()) {
      facts.add(message.getEvent());
    }
    return true;
  }

  private List<String> seenEnds() {
    return facts.stream().filter(Event::hasRunEnded).map(Event::getName).toList();
  }
}
