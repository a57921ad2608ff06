package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast runs are accepted that nobody works on yet, and how fast they then end. */
@Command(
    name = "backlog",
    mixinStandardHelpOptions = true,
    header = "How fast runs are accepted that nobody works on yet, and then end.",
    description = {
      "Runs of one noop task, started as fast as they are accepted, then drained. The worker comes",
      "when all are accepted, unless --worker-stays."
    })
public final class BacklogCommand implements Callable<Integer> {
  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20000",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--unanswered",
      paramLabel = "N",
      defaultValue = "256",
      description = "Start requests that may wait for an answer at once (${DEFAULT-VALUE}).")
  private int unanswered;

  @Option(names = "--worker-stays", description = "The worker works from the first run on.")
  private boolean workerStays;

  private final PrintStream out;

  public BacklogCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result.
   *
   * @param acceptSeconds from the first start request to the last answer
   * @param drainSeconds from the end of the first run to the end of the last
   */
  record Backlog(
      String instrument,
      int runs,
      int unanswered,
      int slots,
      boolean workerStays,
      double acceptSeconds,
      double acceptedPerSecond,
      double startP50Millis,
      double startP99Millis,
      double drainSeconds,
      double drainedPerSecond,
      double wallMillis,
      long failedRuns,
      Map<String, Integer> errors) {}

  private void allAccepted(TestBed bed) throws IOException, InterruptedException {
    if (!workerStays) {
      bed.startWorker();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(options.testBed());
        AuditedLoad load = AuditedLoad.ofChain(bed, 1)) {
      load.run(warm -> warm.keepInFlight(options.inFlight(), options.warmup()));
      if (!workerStays) {
        bed.stopWorker();
      }
      RunLoad.Result result =
          load.run(all -> all.backlog(runs, unanswered, () -> allAccepted(bed))).result();
      double drain = result.lastEndSeconds() - result.firstEndSeconds();
      Output.print(
          out,
          options.format(),
          new Backlog(
              "backlog",
              runs,
              unanswered,
              options.slots(),
              workerStays,
              Output.rounded(result.lastAnswerSeconds()),
              Output.rounded(result.runs() / result.lastAnswerSeconds()),
              result.startMillis(50),
              result.startMillis(99),
              Output.rounded(drain),
              Output.rounded(result.runs() / drain),
              Output.rounded(result.lastEndSeconds() * 1_000),
              result.failed(),
              result.errors()));
      return result.isClean() ? 0 : 1;
    }
  }
}
