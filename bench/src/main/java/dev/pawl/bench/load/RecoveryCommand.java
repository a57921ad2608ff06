package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.EventFollower;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.DurableServer;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.Event;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.worker.Worker;
import io.grpc.Channel;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how soon a killed server has all its unfinished runs moving again. */
@Command(
    name = "recovery",
    mixinStandardHelpOptions = true,
    header = "How soon after kill -9 unfinished runs move again.",
    description = {
      "Kills a server (kill -9) whose runs wait for a slot, starts it again on the same data, with"
          + " a",
      "worker, and times when each of them has a new event."
    })
public final class RecoveryCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many are unfinished (default: ${DEFAULT-VALUE}).")
  private int runs;

  private final PrintStream out;

  public RecoveryCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result; all times go from the start of the server's process.
   *
   * @param movedP50Seconds when half of the runs had a new event
   * @param repeatedEvents that came twice or out of order behind the cursor from before the kill
   */
  record Recovery(
      String instrument,
      int runs,
      int slots,
      double startedPerSecond,
      double readySeconds,
      double firstMovedSeconds,
      double movedP50Seconds,
      double allMovedSeconds,
      double allEndedSeconds,
      int failedRuns,
      int repeatedEvents) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (DurableServer server = DurableServer.start()) {
      String definition = Definitions.submitForNobody(server.channel());
      var stub = RunServiceGrpc.newFutureStub(server.channel());
      double seconds =
          ClosedLoop.run(
                  runs,
                  options.inFlight(),
                  _ ->
                      stub.startRun(
                          StartRunRequest.newBuilder()
                              .setDefinition(definition)
                              .setRequestId(RequestIds.next())
                              .build()))
              .seconds();
      WatchFilter filter = WatchFilter.newBuilder().addDefinitions(definition).build();
      String cursor = cursor(server.channel(), filter);
      server.kill();

      long begin = System.nanoTime();
      server.startAgain();
      double ready = secondsSince(begin);
      Moves moves = new Moves(begin);
      try (Worker worker =
          Worker.builder()
              .address(server.address())
              .workerId("bench-" + ProcessHandle.current().pid())
              .group(Definitions.NOBODY)
              .slots(options.slots())
              .build()) {
        worker.start();
        new EventFollower(server.channel())
            .follow(
                WatchRequest.newBuilder()
                    .setParent(Definitions.PROJECT)
                    .setCursor(cursor)
                    .setFilter(filter)
                    .build(),
                LIMIT,
                event -> {
                  moves.add(event);
                  return moves.ended < runs;
                });
      }
      Output.print(
          out,
          options.format(),
          new Recovery(
              "recovery",
              runs,
              options.slots(),
              Output.rounded(runs / seconds),
              Output.rounded(ready),
              Output.rounded(moves.millis.getMinValue() / 1_000.0),
              Output.rounded(moves.millis.getValueAtPercentile(50) / 1_000.0),
              Output.rounded(moves.millis.getMaxValue() / 1_000.0),
              Output.rounded(moves.endedSeconds),
              moves.failed,
              moves.repeated));
      return moves.moved.size() == runs && moves.failed == 0 && moves.repeated == 0 ? 0 : 1;
    }
  }

  /** The place behind which nothing has happened yet; all runs are there, and none has ended. */
  private String cursor(Channel channel, WatchFilter filter) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      int[] unfinished = {0};
      String[] cursor = {""};
      new EventFollower(channel)
          .followAll(
              WatchRequest.newBuilder()
                  .setParent(Definitions.PROJECT)
                  .setSnapshot(Snapshot.getDefaultInstance())
                  .setFilter(filter)
                  .build(),
              LIMIT,
              message -> {
                unfinished[0] += message.hasRow() ? 1 : 0;
                cursor[0] = message.getCursor();
                return !message.hasSnapshotEnd();
              });
      if (unfinished[0] == runs) {
        return cursor[0];
      }
      if (System.nanoTime() > deadline) {
        throw new BenchFailure(
            1, "expected %d unfinished runs, but there are %d".formatted(runs, unfinished[0]));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Which runs have moved since the server began again, and when. */
  private static final class Moves {
    private final long begin;
    private final Histogram millis = new Histogram(3);
    private final Set<String> moved = new HashSet<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private int ended;
    private double endedSeconds;
    private int failed;
    private int repeated;

    Moves(long begin) {
      this.begin = begin;
    }

    void add(Event event) {
      Long last = sequences.put(event.getName(), event.getSequence());
      repeated += last != null && event.getSequence() <= last ? 1 : 0;
      String run = event.getName().split("/taskRuns/", 2)[0];
      if (moved.add(run)) {
        millis.recordValue((System.nanoTime() - begin) / 1_000_000);
      }
      if (event.hasRunEnded()) {
        ended++;
        endedSeconds = secondsSince(begin);
        failed += event.getStateAfter().equals("SUCCEEDED") ? 0 : 1;
      }
    }
  }
}
