package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures one run of many tasks at once. A workflow has at most 10,000, the last one included. */
@Command(
    name = "fanout",
    mixinStandardHelpOptions = true,
    description = "Wall time of one run of N parallel noop tasks and a last one that needs all.")
public final class FanoutCommand implements Callable<Integer> {
  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--tasks",
      paramLabel = "N",
      split = ",",
      defaultValue = "1000,9999",
      description = "How many in parallel; several are measured in turn (${DEFAULT-VALUE}).")
  private List<Integer> tasks = List.of();

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured runs of each size (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  private final PrintStream out;

  public FanoutCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result.
   *
   * @param wallMillis from the start request to the run's end at the caller: the median
   */
  record Fanout(
      String instrument,
      int tasks,
      int slots,
      int repetitions,
      double wallMillis,
      double minWallMillis,
      double maxWallMillis,
      double tasksPerSecond) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(options.testBed())) {
      List<Fanout> results = new ArrayList<>();
      Duration warmup = options.warmup();
      for (int size : tasks) {
        WallTimes walls =
            WallTimes.of(
                bed,
                channel -> Definitions.submitFan(channel, size),
                size + 1,
                warmup,
                repetitions);
        results.add(
            new Fanout(
                "fanout",
                size,
                options.slots(),
                repetitions,
                walls.medianMillis(),
                walls.minMillis(),
                walls.maxMillis(),
                Output.rounded((size + 1) / walls.medianMillis() * 1_000)));
        // The next size finds a server that is warm, and is run once before it counts.
        warmup = Duration.ZERO;
      }
      Output.print(out, options.format(), results);
      return 0;
    }
  }
}
