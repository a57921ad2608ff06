package dev.pawl.bench.chaos;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.history.HistoryUnreadable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs real processes under faults and judges what was seen. */
@Command(name = "chaos", mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
  @Option(names = "--minutes", defaultValue = "3")
  private double minutes;

  @Option(names = "--nodes", defaultValue = "3")
  private int nodes;

  @Option(names = "--faults", split = ",")
  private List<Kind> faults = List.of(Kind.values());

  @Option(names = "--number")
  private @Nullable Long number;

  @Option(names = "--keep")
  private @Nullable Path keep;

  private final PrintStream out;

  public ChaosCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    kinds.addAll(faults);
    if (nodes < 2) {
      kinds.remove(Kind.PARTITION);
    }
    Setting setting =
        new Setting(
            number == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000) : number,
            Duration.ofMillis((long) (minutes * 60_000)),
            nodes,
            kinds);
    Path directory =
        keep == null ? Files.createTempDirectory("pawl-chaos") : Files.createDirectories(keep);
    out.println(setting.command());
    try {
      Campaign.Result result = new Campaign(setting, directory, out::println).run();
      out.println(result);
      return 0;
    } catch (SQLException | HistoryUnreadable e) {
      throw new BenchFailure(1, String.valueOf(e.getMessage()));
    }
  }
}
