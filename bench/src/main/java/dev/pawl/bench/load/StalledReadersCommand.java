package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what readers that stall cost a server and whoever else uses it. */
@Command(
    name = "stalled-readers",
    mixinStandardHelpOptions = true,
    description = {
      "Runs per second and live heap of the server with readers that stall, against without them,",
      "and whether the server ends each of them with its cursor within 30 s."
    })
public final class StalledReadersCommand implements Callable<Integer> {
  /** The server must have ended a reader by then. */
  private static final int LIMIT_SECONDS = 30;

  private static final Duration HEAP_SAMPLE = Duration.ofSeconds(5);

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--readers",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int readers;

  private final PrintStream out;

  public StalledReadersCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result.
   *
   * @param heapGrowthMebibytes the most live heap while readers stall, less that before; absent for
   *     a server that is not ours
   * @param latestEventSeconds the youngest event that any reader got, counted from its start: after
   *     its end there is none
   */
  record Stalled(
      int readers,
      double runsPerSecondWithout,
      double runsPerSecondWith,
      double ratio,
      @Nullable Double heapBeforeMebibytes,
      @Nullable Double heapGrowthMebibytes,
      int endedWithCursor,
      int endedOtherwise,
      int notEnded,
      double latestEventSeconds) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (options.measured().toSeconds() > LIMIT_SECONDS) {
      throw new BenchFailure(
          2, "--seconds is at most %d here: readers stall no longer".formatted(LIMIT_SECONDS));
    }
    try (TestBed bed = TestBed.open(options.testBed());
        RunLoad load = new RunLoad(bed.channel(), Definitions.submitChain(bed.channel(), 3))) {
      load.keepInFlight(options.inFlight(), options.warmup());
      double without = load.keepInFlight(options.inFlight(), options.measured()).runsPerSecond();
      double with;
      StalledReaders.Ends ends;
      try (StalledReaders stalled = new StalledReaders(bed.address(), readers)) {
        long begin = System.nanoTime();
        with = load.keepInFlight(options.inFlight(), options.measured()).runsPerSecond();
        waitUntil(begin + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
        // Events that are too late for a reader that was ended in time.
        load.keepInFlight(1, Duration.ofSeconds(2));
        ends = stalled.readOn(Duration.ofSeconds(20));
      }
      Heap heap = bed.serverPid().isPresent() ? heap(bed, load) : new Heap(null, null);
      Stalled result =
          new Stalled(
              readers,
              Output.rounded(without),
              Output.rounded(with),
              Output.rounded(with / without),
              heap.before(),
              heap.growth(),
              ends.endedWithCursor(),
              ends.endedOtherwise(),
              ends.notEnded(),
              ends.latestEventSeconds());
      Output.print(out, options.format(), result);
      return ends.endedWithCursor() == readers && ends.latestEventSeconds() <= LIMIT_SECONDS
          ? 0
          : 1;
    }
  }

  private record Heap(@Nullable Double before, @Nullable Double growth) {}

  /** A pass of its own, since reading the heap stops the server for a moment. */
  private Heap heap(TestBed bed, RunLoad load) throws IOException, InterruptedException {
    ServerHeap heap = new ServerHeap(bed.serverPid().getAsLong());
    double before = heap.liveMebibytes();
    double most = before;
    try (StalledReaders _ = new StalledReaders(bed.address(), readers)) {
      for (int i = 0; i < LIMIT_SECONDS / HEAP_SAMPLE.toSeconds(); i++) {
        load.keepInFlight(options.inFlight(), HEAP_SAMPLE);
        most = Math.max(most, heap.liveMebibytes());
      }
    }
    return new Heap(Output.rounded(before), Output.rounded(most - before));
  }

  private static void waitUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }
}
