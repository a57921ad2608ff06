package dev.pawl.bench.chaos;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.chaos.Campaign.Result;
import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.outage.Outages;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.HistoryReader;
import dev.pawl.bench.history.HistoryUnreadable;
import dev.pawl.bench.history.judge.Judge;
import dev.pawl.bench.node.TestDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Has real processes work under faults, and judges what everybody saw. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description = {
      "Starts PostgreSQL, nodes and workers on this machine, uses them while faults are done to",
      "them, heals, waits until all is still, and judges what everybody saw. Exit code 0 says that",
      "the history is valid."
    },
    footer = {
      "",
      "Examples:",
      "  pawl chaos --minutes 3 --nodes 3",
      "  pawl chaos --minutes 10 --faults kill,postgres --number 4711 --keep histories",
      "  pawl chaos judge history-4711.jsonl.gz"
    })
public final class ChaosCommand implements Callable<Integer> {
  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "3",
      description = "For how long faults are done (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      converter = KindName.class,
      description = "Only these: kill, pause, partition, postgres, worker, client.")
  private List<Kind> faults = List.of(Kind.values());

  @Option(
      names = "--number",
      paramLabel = "N",
      description =
          "Programs, operations and faults follow from it; a random one unless given, and printed.")
  private @Nullable Long number;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "Keep everything that was written there; without it only what a failing run wrote is"
              + " kept.")
  private @Nullable Path keep;

  @Option(
      names = "--node-option",
      paramLabel = "OPTION",
      hidden = true,
      description = "A further JVM option of the nodes: for testing the judge with wrong nodes.")
  private List<String> nodeOptions = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table or json (default: table).")
  private Output.Format format = Output.Format.TABLE;

  private final PrintStream out;
  private final PrintStream err;

  public ChaosCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Reads a kind of fault in small letters. */
  private static final class KindName implements ITypeConverter<Kind> {
    @Override
    public Kind convert(String text) {
      try {
        return Kind.valueOf(text.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "no fault is called '%s': there are kill, pause, partition, postgres, worker, client"
                .formatted(text));
      }
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Setting setting = setting();
    Path directory =
        keep == null
            ? Files.createTempDirectory("pawl-chaos-" + setting.number() + "-")
            : Files.createDirectories(keep.resolve("run-" + setting.number()).toAbsolutePath());
    say(setting.command());
    say("everything is written to " + directory);
    ChaosReport report;
    try {
      Result result = new Campaign(setting, directory, this::say).run();
      say("judging");
      History history = HistoryReader.read(result.history());
      report =
          ChaosReport.of(
              setting,
              Judge.judge(history),
              Outages.of(history),
              result.history().toString(),
              result.failures());
    } catch (SQLException | HistoryUnreadable e) {
      throw new BenchFailure(1, String.valueOf(e.getMessage()));
    }
    new TestDirectory(directory.resolve("postgres")).close();
    if (report.isValid() && keep == null) {
      new TestDirectory(directory).close();
      report = report.withoutHistory();
    }
    report.print(out, format);
    return report.isValid() ? 0 : 1;
  }

  private Setting setting() {
    if (nodes < 1 || nodes > Cluster.MOST_NODES) {
      throw new BenchFailure(2, "--nodes are 1 to %d, not %d".formatted(Cluster.MOST_NODES, nodes));
    }
    if (minutes <= 0) {
      throw new BenchFailure(2, "--minutes must be above 0");
    }
    Set<Kind> kinds = EnumSet.copyOf(faults);
    if (nodes < 2) {
      // Nobody to be parted from.
      kinds.remove(Kind.PARTITION);
    }
    return new Setting(
        number == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000) : number,
        Duration.ofMillis((long) (minutes * 60_000)),
        nodes,
        kinds,
        Setting.SETTLE,
        nodeOptions);
  }

  private void say(String words) {
    err.printf("%s %s%n", LocalTime.now().truncatedTo(ChronoUnit.SECONDS), words);
  }
}
