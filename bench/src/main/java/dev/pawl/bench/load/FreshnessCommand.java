package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how soon subscribers have what was committed. */
@Command(
    name = "freshness",
    mixinStandardHelpOptions = true,
    header = "How soon subscribers have what was committed.",
    description = {
      "From PostgreSQL's commit of a fact, and of a log line, to its receipt by each of many",
      "subscribers; on an idle server, or under the load of throughput."
    })
public final class FreshnessCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--subscribers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,100,1000",
      description = "How many, one measurement for each (default: ${DEFAULT-VALUE}).")
  private List<Integer> subscribers = List.of();

  @Option(
      names = "--under-load",
      description = "Keep --in-flight runs of three tasks unfinished beside it.")
  private boolean underLoad;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "5",
      description = "Watched runs, and log lines, per second (default: ${DEFAULT-VALUE}).")
  private int rate;

  private final PrintStream out;

  public FreshnessCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result for a number of subscribers; all times from the commit to the receipt.
   *
   * @param events received, by all subscribers together
   * @param loadRunsPerSecond that were finished beside it; 0 on an idle server
   */
  record Freshness(
      String instrument,
      int subscribers,
      boolean underLoad,
      double loadRunsPerSecond,
      long events,
      double eventP50Millis,
      double eventP99Millis,
      double eventMaxMillis,
      long logLines,
      double logLineP50Millis,
      double logLineP99Millis,
      double logLineMaxMillis) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (rate < 1 || subscribers.stream().anyMatch(count -> count < 1)) {
      throw new BenchFailure(2, "--rate and --subscribers must be at least 1");
    }
    try (TestBed bed = TestBed.open(options.testBed(), CommitTimes.SETTING);
        CommitTimes commits = CommitTimes.of(bed.postgres());
        RunLoad load = new RunLoad(bed.channel(), Definitions.submitChain(bed.channel(), CHAIN))) {
      // The paths are warm before the first subscriber is measured.
      load.keepInFlight(options.inFlight(), options.warmup());
      FreshEvents events = new FreshEvents(bed, commits, rate);
      FreshLines lines = new FreshLines(bed, commits, rate);
      for (int count : subscribers) {
        Output.print(out, options.format(), measure(load, events, lines, count));
      }
      return 0;
    }
  }

  private Freshness measure(RunLoad load, FreshEvents events, FreshLines lines, int count)
      throws InterruptedException, SQLException {
    Duration window = options.measured();
    Background background = new Background(load);
    Histogram ofEvents;
    Histogram ofLines;
    try {
      if (underLoad) {
        background.start(options.inFlight());
      }
      ofEvents = events.measure(count, window);
      ofLines = lines.measure(count, window);
    } finally {
      background.end();
    }
    return new Freshness(
        "freshness",
        count,
        underLoad,
        Output.rounded(background.runsPerSecond()),
        ofEvents.getTotalCount(),
        millis(ofEvents, 50),
        millis(ofEvents, 99),
        millis(ofEvents, 100),
        ofLines.getTotalCount(),
        millis(ofLines, 50),
        millis(ofLines, 99),
        millis(ofLines, 100));
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1_000.0;
  }
}
