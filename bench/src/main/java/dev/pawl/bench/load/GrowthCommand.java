package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.OutputOption;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how cost grows with the runs that are in flight, and with the tasks of one run. */
@Command(
    name = "growth",
    mixinStandardHelpOptions = true,
    header = "How cost grows with runs in flight, and with the tasks of a run.",
    description = {
      "Throughput and latency of 3-task chains with more and more of them in flight; wall time of",
      "one run with more and more tasks, in layers of five. One result per point."
    })
public final class GrowthCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  @Mixin private TestBed.Options testBed = new TestBed.Options();

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,10,100,1000",
      description = "Runs that are kept unfinished, point by point (${DEFAULT-VALUE}).")
  private List<Integer> inFlight = List.of();

  @Option(
      names = "--tasks",
      paramLabel = "N",
      split = ",",
      defaultValue = "10,100,1000,10000",
      description = "Tasks of one run, point by point (${DEFAULT-VALUE}).")
  private List<Integer> tasks = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long each point of --in-flight is measured (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Seconds under load before the first point; the others have a quarter"
              + " (${DEFAULT-VALUE}).")
  private int warmup;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "Measured runs at each point of --tasks (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Mixin private OutputOption output = new OutputOption();

  private final PrintStream out;

  public GrowthCommand(PrintStream out) {
    this.out = out;
  }

  /** A point of the one curve. */
  record OfRunsInFlight(
      String instrument,
      int inFlight,
      int slots,
      double measuredSeconds,
      double runsPerSecond,
      double tasksPerSecond,
      double p50Millis,
      double p99Millis,
      long failedRuns,
      Map<String, Integer> errors) {}

  /**
   * A point of the other curve.
   *
   * @param wallMillis of the run: the median
   */
  record OfTasksInARun(
      String instrument,
      int tasks,
      int slots,
      int repetitions,
      double wallMillis,
      double minWallMillis,
      double maxWallMillis,
      double wallMillisPerTask) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(testBed)) {
      List<OfRunsInFlight> loads = ofRunsInFlight(bed);
      Output.print(out, output.format(), loads);
      Output.print(out, output.format(), ofTasksInARun(bed));
      return loads.stream().allMatch(load -> load.failedRuns() == 0 && load.errors().isEmpty())
          ? 0
          : 1;
    }
  }

  private List<OfRunsInFlight> ofRunsInFlight(TestBed bed)
      throws IOException, InterruptedException, SQLException {
    List<OfRunsInFlight> points = new ArrayList<>();
    try (AuditedLoad load = AuditedLoad.ofChain(bed, CHAIN)) {
      Duration before = Duration.ofSeconds(warmup);
      for (int runs : inFlight) {
        Duration warm = before;
        RunLoad.Result result =
            load.run(
                    all ->
                        all.keepInFlight(
                            runs, warm, Duration.ofSeconds(seconds), RunLoad.Probe.NONE))
                .result();
        points.add(
            new OfRunsInFlight(
                "growth",
                runs,
                testBed.slots(),
                result.seconds(),
                Output.rounded(result.runsPerSecond()),
                Output.rounded(result.runsPerSecond() * CHAIN),
                result.latencyMillis(50),
                result.latencyMillis(99),
                result.failed(),
                result.errors()));
        before = Duration.ofSeconds(warmup).dividedBy(4);
      }
    }
    return points;
  }

  private List<OfTasksInARun> ofTasksInARun(TestBed bed)
      throws IOException, InterruptedException, SQLException {
    List<OfTasksInARun> points = new ArrayList<>();
    for (int size : tasks) {
      WallTimes walls =
          WallTimes.of(
              bed,
              channel -> Definitions.submitLayers(channel, size),
              size,
              Duration.ofSeconds(warmup).dividedBy(4),
              repetitions);
      points.add(
          new OfTasksInARun(
              "growth",
              size,
              testBed.slots(),
              repetitions,
              walls.medianMillis(),
              walls.minMillis(),
              walls.maxMillis(),
              Output.rounded(walls.medianMillis() / size)));
    }
    return points;
  }
}
