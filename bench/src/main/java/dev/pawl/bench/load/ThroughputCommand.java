package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how many chains of tasks a server finishes. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = "Runs per second and latency of chains of noop tasks, on any server.")
public final class ThroughputCommand implements Callable<Integer> {
  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--tasks",
      paramLabel = "N",
      defaultValue = "3",
      description = "The length of the chain (default: ${DEFAULT-VALUE}).")
  private int tasks;

  private final PrintStream out;

  public ThroughputCommand(PrintStream out) {
    this.out = out;
  }

  record Throughput(
      int tasks,
      int inFlight,
      int slots,
      double measuredSeconds,
      double runsPerSecond,
      double tasksPerSecond,
      double runP50Millis,
      double runP99Millis,
      double runMaxMillis,
      long failedRuns,
      Map<String, Integer> errors) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (TestBed bed = TestBed.open(options.testBed());
        RunLoad load = new RunLoad(bed.channel(), Definitions.submitChain(bed.channel(), tasks))) {
      load.keepInFlight(options.inFlight(), options.warmup());
      RunLoad.Result result = load.keepInFlight(options.inFlight(), options.measured());
      Output.print(
          out,
          options.format(),
          new Throughput(
              tasks,
              options.inFlight(),
              options.slots(),
              result.seconds(),
              Output.rounded(result.runsPerSecond()),
              Output.rounded(result.runsPerSecond() * tasks),
              result.latencyMillis(50),
              result.latencyMillis(99),
              result.latencyMicros().getMaxValue() / 1_000.0,
              result.failed(),
              result.errors()));
      return result.failed() == 0 && result.errors().isEmpty() ? 0 : 1;
    }
  }
}
