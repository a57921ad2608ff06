package dev.pawl.bench.load;

import com.google.protobuf.Timestamp;
import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.EventFollower;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.Event;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Measures how soon a reader has what happened, on an idle server.
 *
 * <p>An event's time is that of the decision, before its commit; a line's is printed by the script
 * itself, before the worker, the wire and the store have seen it. Both are compared with the time
 * of receipt in this process, on the same machine and clock: what is shown is more than the time
 * from the commit to the reader, never less.
 */
@Command(
    name = "freshness",
    mixinStandardHelpOptions = true,
    description = "From a fact's decision, and from a line's print, to its receipt; server idle.")
public final class FreshnessCommand implements Callable<Integer> {
  private static final int PAUSE_MILLIS = 100;

  @Mixin private LoadOptions options = new LoadOptions();

  private final PrintStream out;

  public FreshnessCommand(PrintStream out) {
    this.out = out;
  }

  record Freshness(
      long events,
      double eventP50Millis,
      double eventP99Millis,
      double eventMaxMillis,
      double eventReadToReceiptP99Millis,
      long logLines,
      double logLineP50Millis,
      double logLineP99Millis,
      double logLineMaxMillis) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (TestBed bed = TestBed.open(options.testBed())) {
      String chain = Definitions.submitChain(bed.channel(), 1);
      watch(bed.channel(), chain, options.warmup());
      EventTimes events = watch(bed.channel(), chain, options.measured());
      Histogram lines = tail(bed.channel(), options.measured());
      if (events.total().getTotalCount() == 0 || lines.getTotalCount() == 0) {
        throw new BenchFailure(1, "nothing was received: measure longer with --seconds");
      }
      Output.print(
          out,
          options.format(),
          new Freshness(
              events.total().getTotalCount(),
              millis(events.total(), 50),
              millis(events.total(), 99),
              millis(events.total(), 100),
              millis(events.sinceRead(), 99),
              lines.getTotalCount(),
              millis(lines, 50),
              millis(lines, 99),
              millis(lines, 100)));
      return 0;
    }
  }

  private record EventTimes(Histogram total, Histogram sinceRead) {}

  /**
   * Runs of one task, one after the other with a pause between them, and a watcher of their facts.
   */
  private static EventTimes watch(Channel channel, String definition, Duration duration) {
    EventTimes times = new EventTimes(new Histogram(3), new Histogram(3));
    Starter starter = new Starter(channel, definition);
    long end = System.nanoTime() + duration.toNanos();
    boolean[] isLive = {false};
    try {
      new EventFollower(channel)
          .followAll(
              WatchRequest.newBuilder()
                  .setParent(Definitions.PROJECT)
                  .setSnapshot(Snapshot.getDefaultInstance())
                  .setFilter(WatchFilter.newBuilder().addDefinitions(definition))
                  .build(),
              duration.plusMinutes(5),
              message -> {
                Instant received = Instant.now();
                boolean startNext = message.hasSnapshotEnd();
                isLive[0] |= message.hasSnapshotEnd();
                if (isLive[0] && message.hasEvent()) {
                  Event event = message.getEvent();
                  record(times.total(), event.getTime(), received);
                  record(times.sinceRead(), event.getReadTime(), received);
                  startNext = event.hasRunEnded();
                }
                if (startNext && System.nanoTime() > end) {
                  return false;
                }
                if (startNext) {
                  starter.startSoon();
                }
                return true;
              });
    } catch (StatusRuntimeException e) {
      starter.throwFailure();
      throw e;
    }
    return times;
  }

  /** Starts runs off the thread that reads, which would otherwise receive late. */
  private static final class Starter {
    private final RunServiceGrpc.RunServiceBlockingStub runs;
    private final String definition;
    private final Thread reader = Thread.currentThread();
    private volatile @Nullable RuntimeException failure;

    Starter(Channel channel, String definition) {
      this.runs = RunServiceGrpc.newBlockingStub(channel);
      this.definition = definition;
    }

    void startSoon() {
      CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                try {
                  runs.startRun(
                      StartRunRequest.newBuilder()
                          .setDefinition(definition)
                          .setRequestId(RequestIds.next())
                          .build());
                } catch (RuntimeException e) {
                  failure = e;
                  reader.interrupt();
                }
              });
    }

    void throwFailure() {
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
    }
  }

  /** A script that prints the time every tenth of a second, and a reader of its log. */
  private static Histogram tail(Channel channel, Duration duration) {
    long count = duration.toMillis() / PAUSE_MILLIS;
    String definition =
        Definitions.submitScript(
            channel,
            "i=0; while [ $i -lt %d ]; do date +%%s%%N; sleep 0.1; i=$((i+1)); done"
                .formatted(count));
    String run =
        RunServiceGrpc.newBlockingStub(channel)
            .startRun(
                StartRunRequest.newBuilder()
                    .setDefinition(definition)
                    .setRequestId(RequestIds.next())
                    .build())
            .getRun()
            .getName();
    Histogram times = new Histogram(3);
    LogServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(duration.plusMinutes(5).toSeconds(), TimeUnit.SECONDS)
        .tailLogs(TailLogsRequest.newBuilder().setParent(run).setFollow(true).build())
        .forEachRemaining(
            message -> {
              Instant received = Instant.now();
              message.getLinesList().stream()
                  .filter(line -> line.getSource() == LogSource.LOG_SOURCE_STDOUT)
                  .forEach(
                      line -> {
                        long printed = Long.parseLong(line.getText().strip());
                        times.recordValue(
                            Math.max(
                                0,
                                ChronoUnit.MICROS.between(
                                    Instant.ofEpochSecond(0, printed), received)));
                      });
            });
    return times;
  }

  private static void record(Histogram times, Timestamp time, Instant received) {
    Instant then = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    times.recordValue(Math.max(0, ChronoUnit.MICROS.between(then, received)));
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1_000.0;
  }
}
