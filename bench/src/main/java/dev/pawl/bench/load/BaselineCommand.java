package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.load.DatabaseCounters.Reading;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures runs of a chain of three tasks and what each costs the database. */
@Command(
    name = "baseline",
    mixinStandardHelpOptions = true,
    description = {
      "Runs per second and latency of 3-task chains, and the commits, rows and bytes of each run.",
      "Starts its own server, since it reads the counters of that server's PostgreSQL."
    })
public final class BaselineCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  /** Until the counters of idle connections have reached PostgreSQL's views. */
  private static final int SETTLE_SECONDS = 11;

  @Mixin private LoadOptions options = new LoadOptions();

  private final PrintStream out;

  public BaselineCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result; per run means of all runs that the measured load started. The commits of an idle
   * server are taken out by their rate.
   */
  record Baseline(
      int inFlight,
      int slots,
      double measuredSeconds,
      long runs,
      double runsPerSecond,
      double runP50Millis,
      double runP99Millis,
      double startP50Millis,
      double startP99Millis,
      double commitsPerRun,
      double rowsInsertedPerRun,
      double rowsUpdatedPerRun,
      double rowsDeletedPerRun,
      Map<String, Double> rowsInsertedPerRunByTable,
      double journalBytesPerRun,
      double walBytesPerRun,
      @Nullable Double statementsPerRun,
      double idleCommitsPerSecond,
      long failedRuns,
      Map<String, Integer> errors) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(options.testBed())) {
      Path data =
          bed.dataDirectory()
              .orElseThrow(
                  () ->
                      new BenchFailure(
                          2, "baseline reads its own server's database: leave --server out"));
      String definition = Definitions.submitChain(bed.channel(), CHAIN);
      try (RunLoad load = new RunLoad(bed.channel(), definition);
          DatabaseCounters counters = DatabaseCounters.embedded(data)) {
        load.keepInFlight(options.inFlight(), options.warmup());
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        Reading quiet = counters.read();
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        Reading before = counters.read();
        RunLoad.Result result = load.keepInFlight(options.inFlight(), options.measured());
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        Reading after = counters.read();
        Output.print(out, options.format(), baseline(result, quiet, before, after));
        return result.failed() == 0 && result.errors().isEmpty() ? 0 : 1;
      }
    }
  }

  private Baseline baseline(RunLoad.Result result, Reading quiet, Reading before, Reading after) {
    long runs = result.succeeded() + result.failed();
    double idleCommits = (before.commits() - quiet.commits()) / before.secondsSince(quiet);
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
        options.inFlight(),
        options.slots(),
        result.seconds(),
        runs,
        Output.rounded(result.runsPerSecond()),
        result.latencyMillis(50),
        result.latencyMillis(99),
        result.startMicros().getValueAtPercentile(50) / 1_000.0,
        result.startMicros().getValueAtPercentile(99) / 1_000.0,
        Output.rounded(
            (after.commits() - before.commits() - idleCommits * after.secondsSince(before)) / runs),
        Output.rounded((double) (after.allInserts() - before.allInserts()) / runs),
        Output.rounded((double) (after.updates() - before.updates()) / runs),
        Output.rounded((double) (after.deletes() - before.deletes()) / runs),
        byTable,
        Output.rounded((double) (after.journalBytes() - before.journalBytes()) / runs),
        Output.rounded((double) (after.walBytes() - before.walBytes()) / runs),
        after
            .statements()
            .map(now -> Output.rounded((double) (now - before.statements().orElse(0L)) / runs))
            .orElse(null),
        Output.rounded(idleCommits),
        result.failed(),
        result.errors());
  }
}
