package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts many runs at once, without waiting for an answer, and counts what comes of them. */
@Command(
    name = "burst",
    mixinStandardHelpOptions = true,
    description = "Unanswered StartRun calls of a 3-task chain, all at once: all must finish.")
public final class BurstCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int runs;

  private final PrintStream out;

  public BurstCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result.
   *
   * @param serverComplaints lines of the server's log that name an error, an exception or a dead
   *     letter
   */
  record Burst(
      String instrument,
      int runs,
      long succeeded,
      long failed,
      Map<String, Integer> errors,
      double lastAnswerMillis,
      double lastEndSeconds,
      double runsPerSecond,
      double p50Millis,
      double p99Millis,
      List<String> serverComplaints) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(options.testBed());
        AuditedLoad load = AuditedLoad.ofChain(bed, CHAIN)) {
      RunLoad.Result result = load.run(all -> all.burst(runs)).result();
      List<String> complaints = bed.complaints();
      Output.print(
          out,
          options.format(),
          new Burst(
              "burst",
              runs,
              result.succeeded(),
              result.failed(),
              result.errors(),
              result.startMicros().getMaxValue() / 1_000.0,
              Output.rounded(result.lastEndSeconds()),
              Output.rounded(result.runsPerSecond()),
              result.latencyMillis(50),
              result.latencyMillis(99),
              complaints.stream().limit(20).toList()));
      return result.succeeded() == runs && complaints.isEmpty() ? 0 : 1;
    }
  }
}
