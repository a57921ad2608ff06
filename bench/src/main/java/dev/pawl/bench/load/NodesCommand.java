package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.OutputOption;
import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.node.LeaseTimes;
import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.node.Child;
import dev.pawl.bench.node.CpuTime;
import dev.pawl.bench.node.RemoteMessages;
import dev.pawl.bench.node.RemoteMessages.Sent;
import dev.pawl.bench.node.TestBed;
import dev.pawl.bench.node.TestDirectory;
import dev.pawl.client.PawlChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what a run costs on one node, and on several that share the work. */
@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    header = "What a run costs on one node, and on several that share the work.",
    description = {
      "Chains of noop tasks, kept in flight, on clusters of different size, each over a PostgreSQL",
      "of its own: CPU of nodes and PostgreSQL per run, and messages per run between nodes. All of",
      "it runs on this machine, so more nodes are no more speed here. One result per size."
    })
public final class NodesCommand implements Callable<Integer> {
  private static final int CHAIN = 3;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,3",
      description = "Sizes of the cluster (${DEFAULT-VALUE}).")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "64",
      description = "Slots of the worker (default: ${DEFAULT-VALUE}).")
  private int slots;

  @Mixin private LoadWindow window = new LoadWindow();
  @Mixin private OutputOption output = new OutputOption();

  private final PrintStream out;

  public NodesCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * What was seen of one size.
   *
   * @param nodesCpuMillisPerRun of all nodes together
   * @param busiestNodeShare of that
   * @param messagesPerRun from a node to another one, heartbeats and gossip included
   */
  record OfSize(
      String instrument,
      int nodes,
      int inFlight,
      int slots,
      double measuredSeconds,
      long runs,
      double runsPerSecond,
      double p50Millis,
      double p99Millis,
      double nodesCpuMillisPerRun,
      double busiestNodeShare,
      double postgresCpuMillisPerRun,
      double messagesPerRun,
      double messageBytesPerRun,
      long failedRuns,
      Map<String, Integer> errors) {}

  /** What the nodes and PostgreSQL have used until now. */
  private record Spent(List<Double> nodes, double postgres, Sent sent) {
    static Spent until(Cluster cluster, Path counts) throws IOException {
      List<Double> nodes = new ArrayList<>();
      Sent sent = Sent.NOTHING;
      for (ServerNode node : cluster.nodes()) {
        long pid = node.process().pid();
        nodes.add(CpuTime.secondsOf(pid));
        sent = sent.plus(RemoteMessages.of(counts, pid));
      }
      return new Spent(nodes, CpuTime.secondsOfTree(cluster.database().pid()), sent);
    }

    /** CPU seconds of each node. */
    List<Double> nodesSince(Spent earlier) {
      List<Double> used = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        used.add(nodes.get(i) - earlier.nodes.get(i));
      }
      return used;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    for (int size : sizes) {
      if (size < 1 || size > Cluster.MOST_NODES) {
        throw new BenchFailure(
            2, "--nodes are 1 to %d, not %d".formatted(Cluster.MOST_NODES, size));
      }
    }
    List<OfSize> points = new ArrayList<>();
    for (int size : sizes) {
      points.add(measure(size));
    }
    Output.print(out, output.format(), points);
    return points.stream().allMatch(p -> p.failedRuns() == 0 && p.errors().isEmpty()) ? 0 : 1;
  }

  private OfSize measure(int size) throws IOException, InterruptedException, SQLException {
    try (TestDirectory directory = TestDirectory.create("pawl-nodes");
        Cluster cluster =
            Cluster.start(directory.path(), size, LeaseTimes.USUAL, options(directory.path()))) {
      String addresses =
          cluster.nodes().stream()
              .map(node -> node.place().hostAndPort())
              .collect(Collectors.joining(","));
      ManagedChannel channel = PawlChannels.open(addresses);
      try (Child worker = TestBed.startWorker(addresses, channel, slots);
          AuditedLoad load =
              AuditedLoad.open(
                  cluster.database().forMeasuring(),
                  channel,
                  opened -> Definitions.submitChain(opened, CHAIN),
                  CHAIN)) {
        Map<RunLoad.Edge, Spent> spent = new EnumMap<>(RunLoad.Edge.class);
        RunLoad.Result result =
            load.run(
                    runs ->
                        runs.keepInFlight(
                            window.inFlight(),
                            window.warmup(),
                            window.measured(),
                            edge -> spent.put(edge, Spent.until(cluster, directory.path()))))
                .result();
        return point(
            size,
            result,
            Objects.requireNonNull(spent.get(RunLoad.Edge.BEGIN)),
            Objects.requireNonNull(spent.get(RunLoad.Edge.END)));
      } finally {
        channel.shutdownNow();
      }
    }
  }

  /** Compiled as in production: the chaos for which these nodes were made kills them too soon. */
  private static List<String> options(Path counts) {
    return Stream.concat(
            Stream.of("-XX:TieredStopAtLevel=4"), Stream.of(RemoteMessages.options(counts)))
        .toList();
  }

  private OfSize point(int size, RunLoad.Result result, Spent begin, Spent end) {
    List<Double> nodes = end.nodesSince(begin);
    double all = nodes.stream().mapToDouble(Double::doubleValue).sum();
    double busiest = nodes.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    Sent sent = end.sent().since(begin.sent());
    double runs = result.counted();
    return new OfSize(
        "nodes",
        size,
        window.inFlight(),
        slots,
        result.seconds(),
        result.counted(),
        Output.rounded(result.runsPerSecond()),
        result.latencyMillis(50),
        result.latencyMillis(99),
        Output.rounded(all * 1_000 / runs),
        Output.rounded(busiest / all),
        Output.rounded((end.postgres() - begin.postgres()) * 1_000 / runs),
        Output.rounded(sent.messages() / runs),
        Output.rounded(sent.bytes() / runs),
        result.failed(),
        result.errors());
  }
}
