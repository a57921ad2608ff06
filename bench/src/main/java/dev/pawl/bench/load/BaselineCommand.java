package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import dev.pawl.bench.postgres.DatabaseCounters;
import dev.pawl.bench.postgres.DatabaseCounters.Reading;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures runs of a chain of three tasks and what each costs the database. */
@Command(
    name = "baseline",
    mixinStandardHelpOptions = true,
    header = "What a run of three tasks costs the database.",
    description = {
      "Runs per second and latency of 3-task chains, and the commits, rows and bytes of each run.",
      "Starts its own server, since it reads the counters of that server's PostgreSQL."
    })
public final class BaselineCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--settle",
      paramLabel = "N",
      defaultValue = "11",
      description =
          "Seconds until the counters of idle connections have reached PostgreSQL's views"
              + " (default: ${DEFAULT-VALUE}).")
  private int settle;

  private final PrintStream out;

  public BaselineCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result; per run means of all runs that the measured load started. The commits and
   * statements of an idle server are taken out by their rate.
   */
  record Baseline(
      String instrument,
      int inFlight,
      int slots,
      double measuredSeconds,
      long runs,
      double runsPerSecond,
      double p50Millis,
      double p99Millis,
      double startP50Millis,
      double startP99Millis,
      double commitsPerRun,
      double rowsInsertedPerRun,
      double rowsUpdatedPerRun,
      double rowsDeletedPerRun,
      Map<String, Double> rowsInsertedPerRunByTable,
      double journalBytesPerRun,
      double walBytesPerRun,
      double statementsPerRun,
      double idleCommitsPerSecond,
      long failedRuns,
      Map<String, Integer> errors) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed =
            TestBed.open(options.testBed(), "shared_preload_libraries=pg_stat_statements");
        AuditedLoad load = AuditedLoad.ofChain(bed, CHAIN);
        DatabaseCounters counters = DatabaseCounters.of(bed.postgres())) {
      counters.countStatements();
      load.run(runs -> runs.keepInFlight(options.inFlight(), options.warmup()));
      TimeUnit.SECONDS.sleep(settle);
      Reading quiet = counters.read();
      TimeUnit.SECONDS.sleep(settle);
      Reading before = counters.read();
      RunLoad.Result result =
          load.run(runs -> runs.keepInFlight(options.inFlight(), options.measured())).result();
      TimeUnit.SECONDS.sleep(settle);
      Reading after = counters.read();
      Output.print(out, options.format(), baseline(result, quiet, before, after));
      return result.isClean() ? 0 : 1;
    }
  }

  private Baseline baseline(RunLoad.Result result, Reading quiet, Reading before, Reading after) {
    long runs = result.runs();
    double idleCommits = (before.commits() - quiet.commits()) / before.secondsSince(quiet);
    double idleStatements =
        (statements(before) - statements(quiet))
            / before.secondsSince(quiet)
            * after.secondsSince(before);
    Map<String, Double> byTable = new TreeMap<>();
    after
        .inserts()
        .forEach(
            (table, rows) -> {
              long added = rows - before.inserts().getOrDefault(table, 0L);
              if (added > 0) {
                byTable.put(table, Output.rounded((double) added / runs));
              }
            });
    return new Baseline(
        "baseline",
        options.inFlight(),
        options.slots(),
        result.seconds(),
        runs,
        Output.rounded(result.runsPerSecond()),
        result.latencyMillis(50),
        result.latencyMillis(99),
        result.startMillis(50),
        result.startMillis(99),
        Output.rounded(
            (after.commits() - before.commits() - idleCommits * after.secondsSince(before)) / runs),
        Output.rounded((double) (after.allInserts() - before.allInserts()) / runs),
        Output.rounded((double) (after.updates() - before.updates()) / runs),
        Output.rounded((double) (after.deletes() - before.deletes()) / runs),
        byTable,
        Output.rounded((double) (after.journalBytes() - before.journalBytes()) / runs),
        Output.rounded((double) (after.walBytes() - before.walBytes()) / runs),
        Output.rounded((statements(after) - statements(before) - idleStatements) / runs),
        Output.rounded(idleCommits),
        result.failed(),
        result.errors());
  }

  private static long statements(Reading reading) {
    return reading.statements().orElseThrow();
  }
}
