package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.load.AuditedLoad.Audited;
import dev.pawl.bench.node.CpuTime;
import dev.pawl.bench.node.TestBed;
import dev.pawl.bench.postgres.DatabaseCounters;
import dev.pawl.bench.postgres.InsertLimit;
import dev.pawl.bench.postgres.Postgres;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how many chains of tasks a server finishes, and how near to the limit that is. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    header = "How many chains of tasks a server finishes, and at what cost.",
    description = {
      "Runs per second and latency of chains of noop tasks, kept in flight; what they cost in CPU,",
      "rows and commits; and beside it what the same PostgreSQL inserts when nothing else is done."
    })
public final class ThroughputCommand implements Callable<Integer> {
  @Mixin private LoadOptions options = new LoadOptions();
  @Mixin private LimitOptions limitOptions = new LimitOptions();

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

  /**
   * The result.
   *
   * @param serverCpuSecondsPerSecond cores that it kept busy; absent for a server that is not ours
   * @param rowsPerRun inserted, updated and deleted, in all tables
   * @param journalBytesPerRun that its table and indexes grew by
   * @param ratioToLimit journal rows by single-row inserts
   * @param ratioToMultiLimit journal rows by multi-row inserts
   */
  record Throughput(
      String instrument,
      int tasks,
      int inFlight,
      int slots,
      double measuredSeconds,
      long runs,
      double runsPerSecond,
      double tasksPerSecond,
      double p50Millis,
      double p99Millis,
      double maxMillis,
      @Nullable Double serverCpuSecondsPerSecond,
      double postgresCpuSecondsPerSecond,
      @Nullable Double workerCpuSecondsPerSecond,
      double driverCpuSecondsPerSecond,
      double rowsPerRun,
      double commitsPerRun,
      double journalRowsPerRun,
      double journalBytesPerRun,
      double journalRowsPerSecond,
      double limitRowsPerSecond,
      double limitMultiRowsPerSecond,
      double ratioToLimit,
      double ratioToMultiLimit,
      long failedRuns,
      Map<String, Integer> errors) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(options.testBed());
        AuditedLoad load = AuditedLoad.ofChain(bed, tasks);
        DatabaseCounters counters = DatabaseCounters.of(bed.postgres())) {
      Map<RunLoad.Edge, Spent> spent = new EnumMap<>(RunLoad.Edge.class);
      long journalBytes = counters.read().journalBytes();
      Audited audited =
          load.run(
              runs ->
                  runs.keepInFlight(
                      options.inFlight(),
                      options.warmup(),
                      options.measured(),
                      edge -> spent.put(edge, Spent.until(bed, counters.read()))));
      long journalGrowth = counters.read().journalBytes() - journalBytes;
      InsertLimit.Limit limit = InsertLimit.measure(bed.postgres(), limitOptions.window());
      Output.print(
          out,
          options.format(),
          throughput(
              audited,
              Objects.requireNonNull(spent.get(RunLoad.Edge.BEGIN)),
              Objects.requireNonNull(spent.get(RunLoad.Edge.END)),
              journalGrowth,
              limit));
      return audited.result().isClean() ? 0 : 1;
    }
  }

  /** What processes and PostgreSQL have used until now. */
  private record Spent(
      @Nullable Double server,
      double postgres,
      @Nullable Double worker,
      double driver,
      DatabaseCounters.Reading database) {
    static Spent until(TestBed bed, DatabaseCounters.Reading database) throws IOException {
      Postgres postgres = bed.postgres();
      return new Spent(
          seconds(bed.serverPid()),
          CpuTime.secondsOfTree(postgres.pid()),
          seconds(bed.workerPid()),
          CpuTime.secondsOf(ProcessHandle.current().pid()),
          database);
    }

    private static @Nullable Double seconds(OptionalLong pid) throws IOException {
      return pid.isPresent() ? CpuTime.secondsOf(pid.getAsLong()) : null;
    }
  }

  private Throughput throughput(
      Audited audited, Spent begin, Spent end, long journalGrowth, InsertLimit.Limit limit) {
    RunLoad.Result result = audited.result();
    double seconds = end.database().secondsSince(begin.database());
    // Of the whole load, since it is exact there; the counters of the window are up to 1 s late.
    double journalRowsPerSecond = audited.journalRowsPerRun() * result.runsPerSecond();
    long rows = end.database().rows() - begin.database().rows();
    long commits = end.database().commits() - begin.database().commits();
    return new Throughput(
        "throughput",
        tasks,
        options.inFlight(),
        options.slots(),
        result.seconds(),
        result.counted(),
        Output.rounded(result.runsPerSecond()),
        Output.rounded(result.runsPerSecond() * tasks),
        result.latencyMillis(50),
        result.latencyMillis(99),
        result.latencyMillis(100),
        perSecond(begin.server(), end.server(), seconds),
        Output.rounded((end.postgres() - begin.postgres()) / seconds),
        perSecond(begin.worker(), end.worker(), seconds),
        Output.rounded((end.driver() - begin.driver()) / seconds),
        Output.rounded((double) rows / result.counted()),
        Output.rounded((double) commits / result.counted()),
        Output.rounded(audited.journalRowsPerRun()),
        Output.rounded((double) journalGrowth / audited.journal().runs()),
        Output.rounded(journalRowsPerSecond),
        Output.rounded(limit.rowsPerSecond()),
        Output.rounded(limit.multiRowsPerSecond()),
        Output.rounded(journalRowsPerSecond / limit.rowsPerSecond()),
        Output.rounded(journalRowsPerSecond / limit.multiRowsPerSecond()),
        result.failed(),
        result.errors());
  }

  private static @Nullable Double perSecond(
      @Nullable Double begin, @Nullable Double end, double seconds) {
    return begin == null || end == null ? null : Output.rounded((end - begin) / seconds);
  }
}
