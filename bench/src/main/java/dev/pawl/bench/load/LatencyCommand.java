package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long a run takes on a server that has little to do. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    header = "How long a run takes on a server that has little to do.",
    description = {
      "From the start request to its end as the caller sees it, of runs that start at a fixed"
          + " rate.",
      "The clock of a run begins when its turn came, even if its request left later."
    })
public final class LatencyCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  /** In flight during the warm-up: ten runs a second would compile nothing in its time. */
  private static final int WARMING = 32;

  private static final Duration SETTLING = Duration.ofSeconds(3);

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10",
      description = "Runs started per second (default: ${DEFAULT-VALUE}).")
  private double rate;

  private final PrintStream out;

  public LatencyCommand(PrintStream out) {
    this.out = out;
  }

  record Latency(
      String instrument,
      int tasks,
      double ratePerSecond,
      double measuredSeconds,
      long runs,
      double p50Millis,
      double p95Millis,
      double p99Millis,
      double maxMillis,
      double startP50Millis,
      double startP99Millis,
      long failedRuns,
      Map<String, Integer> errors) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(options.testBed());
        AuditedLoad load = AuditedLoad.ofChain(bed, CHAIN)) {
      load.run(runs -> runs.keepInFlight(WARMING, options.warmup()));
      RunLoad.Result result =
          load.run(runs -> runs.atRate(rate, SETTLING, options.measured())).result();
      Output.print(
          out,
          options.format(),
          new Latency(
              "latency",
              CHAIN,
              rate,
              result.seconds(),
              result.counted(),
              result.latencyMillis(50),
              result.latencyMillis(95),
              result.latencyMillis(99),
              result.latencyMillis(100),
              result.startMillis(50),
              result.startMillis(99),
              result.failed(),
              result.errors()));
      return result.isClean() ? 0 : 1;
    }
  }
}
