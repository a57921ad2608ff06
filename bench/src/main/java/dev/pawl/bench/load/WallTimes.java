package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import io.grpc.Channel;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** How long each of several runs took, one after the other on a server with nothing else to do. */
final class WallTimes {
  private final List<Double> sortedSeconds;

  private WallTimes(List<Double> sortedSeconds) {
    this.sortedSeconds = sortedSeconds;
  }

  /**
   * Measures runs of one workflow.
   *
   * @param submit returns the workflow's name
   * @param tasks of the workflow
   * @param warmup repeats the run for so long before, at least once
   */
  static WallTimes of(
      TestBed bed, Function<Channel, String> submit, int tasks, Duration warmup, int repetitions)
      throws IOException, SQLException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    try (AuditedLoad load = AuditedLoad.open(bed, submit, tasks)) {
      long warm = System.nanoTime() + warmup.toNanos();
      do {
        once(load);
      } while (System.nanoTime() - warm < 0);
      for (int i = 0; i < repetitions; i++) {
        seconds.add(once(load));
      }
    }
    Collections.sort(seconds);
    return new WallTimes(seconds);
  }

  private static double once(AuditedLoad load)
      throws IOException, SQLException, InterruptedException {
    RunLoad.Result result = load.run(runs -> runs.burst(1)).result();
    if (!result.isClean()) {
      throw new BenchFailure(
          1, "the run failed, or was not accepted: " + result.errors() + "; no figure is printed");
    }
    return result.lastEndSeconds();
  }

  double medianMillis() {
    return Output.rounded(sortedSeconds.get(sortedSeconds.size() / 2) * 1_000);
  }

  double minMillis() {
    return Output.rounded(sortedSeconds.getFirst() * 1_000);
  }

  double maxMillis() {
    return Output.rounded(sortedSeconds.getLast() * 1_000);
  }
}
