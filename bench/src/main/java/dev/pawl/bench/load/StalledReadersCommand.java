package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what readers that stall cost a server and whoever else uses it. */
@Command(
    name = "stalled-readers",
    mixinStandardHelpOptions = true,
    header = "What readers that stall cost.",
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

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "4",
      description = "Windows with readers, each beside one without (default: ${DEFAULT-VALUE}).")
  private int pairs;

  private final PrintStream out;

  public StalledReadersCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result.
   *
   * @param runsPerSecondWithout the mean over all windows
   * @param fallPercent how much less that is with readers
   * @param heapGrowthMebibytes the most live heap while readers stall, less that before; absent for
   *     a server that is not ours
   * @param latestEventSeconds the youngest event that any reader got, counted from its start: after
   *     its end there is none
   */
  record Stalled(
      String instrument,
      int readers,
      int pairs,
      double runsPerSecondWithout,
      double runsPerSecondWith,
      double fallPercent,
      List<Double> eachWithout,
      List<Double> eachWith,
      @Nullable Double heapBeforeMebibytes,
      @Nullable Double heapGrowthMebibytes,
      int endedWithCursor,
      int endedOtherwise,
      int notEnded,
      double latestEventSeconds) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (options.measured().toSeconds() > LIMIT_SECONDS || pairs < 1) {
      throw new BenchFailure(
          2,
          "--seconds is at most %d here, since readers stall no longer, and --pairs at least 1"
              .formatted(LIMIT_SECONDS));
    }
    try (TestBed bed = TestBed.open(options.testBed());
        RunLoad load = new RunLoad(bed.channel(), Definitions.submitChain(bed.channel(), 3))) {
      load.keepInFlight(options.inFlight(), options.warmup());
      List<Double> without = new ArrayList<>();
      List<Double> with = new ArrayList<>();
      for (int pair = 0; pair < pairs; pair++) {
        // Who is first takes turns, so that what only drifts does not count.
        if (pair % 2 == 0) {
          without.add(window(load));
          with.add(windowWithReaders(bed, load));
        } else {
          with.add(windowWithReaders(bed, load));
          without.add(window(load));
        }
      }
      StalledReaders.Ends ends = ends(bed, load);
      Heap heap = bed.serverPid().isPresent() ? heap(bed, load) : new Heap(null, null);
      Stalled result =
          new Stalled(
              "stalled-readers",
              readers,
              pairs,
              Output.rounded(mean(without)),
              Output.rounded(mean(with)),
              Output.rounded(100 * (1 - mean(with) / mean(without))),
              without,
              with,
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

  private double window(RunLoad load) throws InterruptedException {
    return Output.rounded(
        load.keepInFlight(options.inFlight(), options.measured()).runsPerSecond());
  }

  private double windowWithReaders(TestBed bed, RunLoad load) throws InterruptedException {
    try (StalledReaders _ = new StalledReaders(bed.address(), readers)) {
      return window(load);
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Lets readers stall for as long as the server may bear them, then sees what became of them. */
  private StalledReaders.Ends ends(TestBed bed, RunLoad load) throws InterruptedException {
    try (StalledReaders stalled = new StalledReaders(bed.address(), readers)) {
      load.keepInFlight(options.inFlight(), Duration.ofSeconds(LIMIT_SECONDS));
      // Events that are too late for a reader that was ended in time.
      load.keepInFlight(1, Duration.ofSeconds(2));
      return stalled.readOn(Duration.ofSeconds(20));
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
}
