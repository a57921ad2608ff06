package dev.pawl.bench;

import com.google.protobuf.util.Timestamps;
import dev.pawl.bench.node.TestBed;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.Event;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.Channel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays recorded graphs and proves from the event stream that their order was kept. */
@Command(
    name = "wfformat",
    mixinStandardHelpOptions = true,
    header = "Replay recorded graphs and prove that their order was kept.",
    description = {
      "Replay WfFormat 1.5 files as workflows whose tasks wait their recorded runtimes times S,",
      "and prove from the event stream alone that no task was leased before its parents succeeded."
    },
    footer = {
      "",
      "Example:",
      "  pawl bench wfformat --scale 0.01 instances/*.json",
      "",
      "Exit codes: 0 all succeeded and no order was violated, 1 not so, 2 a file is malformed"
    })
final class WfFormatCommand implements Callable<Integer> {
  private static final String PROJECT = "projects/default";

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files in WfFormat 1.5.")
  private List<Path> files = List.of();

  @Option(
      names = "--scale",
      paramLabel = "S",
      defaultValue = "0.01",
      description = "Factor of the recorded runtimes (default: ${DEFAULT-VALUE}).")
  private double scale;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "The longest that one run may take (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table or json: one object per file and line (default: ${DEFAULT-VALUE}).")
  private Output.Format format = Output.Format.TABLE;

  @Mixin private final TestBed.Options bed = new TestBed.Options();

  private final PrintStream out;

  WfFormatCommand(PrintStream out) {
    this.out = out;
  }

  /** What became of one file. */
  record Replay(
      String file,
      int tasks,
      int edges,
      int succeeded,
      int orderViolations,
      int sequenceFaults,
      double makespanSeconds,
      double criticalPathSeconds) {
    boolean isGood() {
      return succeeded == tasks && orderViolations == 0 && sequenceFaults == 0;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(scale >= 0) || Double.isInfinite(scale)) {
      throw new BenchFailure(2, "--scale is a number of at least 0, is " + scale);
    }
    List<WfInstance> instances = new ArrayList<>();
    for (Path file : files) {
      try {
        instances.add(WfInstance.read(file));
      } catch (IOException e) {
        throw new BenchFailure(2, "cannot read %s: %s".formatted(file, e));
      }
    }
    List<Replay> replays = new ArrayList<>();
    try (TestBed testBed = TestBed.open(bed)) {
      for (int i = 0; i < instances.size(); i++) {
        Replay replay = replay(testBed.channel(), files.get(i), instances.get(i));
        replays.add(replay);
        if (format == Output.Format.JSON) {
          Output.json(out, replay);
        }
      }
    }
    if (format == Output.Format.TABLE) {
      Output.table(out, replays);
    }
    return replays.stream().allMatch(Replay::isGood) ? 0 : 1;
  }

  private Replay replay(Channel channel, Path file, WfInstance instance) {
    WfWorkflow workflow = WfWorkflow.of(instance, scale);
    String definition =
        WorkflowServiceGrpc.newBlockingStub(channel)
            .submitWorkflow(
                SubmitWorkflowRequest.newBuilder()
                    .setParent(PROJECT)
                    .setWorkflow(workflow.spec())
                    .setRequestId(RequestIds.next())
                    .build())
            .getWorkflow()
            .getName();
    String run =
        RunServiceGrpc.newBlockingStub(channel)
            .startRun(
                StartRunRequest.newBuilder()
                    .setDefinition(definition)
                    .setRequestId(RequestIds.next())
                    .build())
            .getRun()
            .getName();
    OrderCheck order = new OrderCheck(workflow.parents());
    List<Event> borders = new ArrayList<>();
    new EventFollower(channel)
        .follow(
            WatchRequest.newBuilder()
                .setParent(PROJECT)
                .setBeginning(Beginning.getDefaultInstance())
                .setFilter(WatchFilter.newBuilder().addRuns(run))
                .build(),
            Duration.ofSeconds(timeoutSeconds),
            event -> {
              order.observe(event);
              boolean ended = event.hasRunEnded() && event.getName().equals(run);
              if (ended || event.hasRunCreated()) {
                borders.add(event);
              }
              return !ended;
            });
    return new Replay(
        file.toString(),
        instance.tasks().size(),
        instance.edges(),
        order.succeeded(),
        order.violations(),
        order.sequenceFaults(),
        Output.rounded(seconds(borders.getFirst(), borders.getLast())),
        Output.rounded(workflow.criticalPathSeconds()));
  }

  private static double seconds(Event from, Event to) {
    return com.google.protobuf.util.Durations.toNanos(
            Timestamps.between(from.getTime(), to.getTime()))
        / 1e9;
  }
}
