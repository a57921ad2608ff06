package dev.pawl.bench.load;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.ContinueRunResponse;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.PauseRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what runs cost that wait for somebody: in memory, and when they are told something. */
@Command(
    name = "idle",
    mixinStandardHelpOptions = true,
    header = "What paused runs cost in memory, and how soon one answers.",
    description = {
      "Live heap of the server with paused runs that have left its memory, against the heap"
          + " before,",
      "and the time to command one of them."
    })
public final class IdleCommand implements Callable<Integer> {
  /** Entities leave a minute after their last message. */
  private static final Duration PASSIVATION = Duration.ofMinutes(4);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  private static final String RUN = "dev.pawl.engine.run.RunEntity";
  private static final String EXECUTION = "dev.pawl.engine.execution.ExecutionEntity";
  private static final int SHOWN_CLASSES = 12;
  private static final int WARM_UP_RUNS = 200;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many are paused (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--commands",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many of them are commanded, each once (default: ${DEFAULT-VALUE}).")
  private int commands;

  private final PrintStream out;

  public IdleCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result.
   *
   * @param entitiesLeft runs and executions that are in memory after all should have left
   * @param grownMebibytes of the classes that grew most
   */
  record Idle(
      String instrument,
      int runs,
      double pausedPerSecond,
      double heapEmptyMebibytes,
      double heapPausedMebibytes,
      double heapGrowthMebibytes,
      double heapGrowthBytesPerRun,
      long entitiesLeft,
      double continueP50Millis,
      double continueP99Millis,
      double pauseP50Millis,
      double pauseP99Millis,
      Map<String, Double> grownMebibytes) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    int commanded = Math.min(commands, runs / 2);
    if (commanded < 1) {
      throw new BenchFailure(2, "--runs must be at least 2, --commands at least 1");
    }
    try (TestBed bed = TestBed.openWithoutWorker(options.testBed())) {
      if (bed.serverPid().isEmpty()) {
        throw new BenchFailure(2, "only the heap of a server of ours is read: leave out --server");
      }
      ServerHeap heap = new ServerHeap(bed.serverPid().getAsLong());
      String definition = Definitions.submitForNobody(bed.channel());
      warmUp(bed, definition);
      ServerHeap.Reading empty = afterPassivation(heap);
      Paused paused = new Paused(bed, definition, runs);
      double seconds = paused.startAndPauseAll(options.inFlight()).seconds();
      ServerHeap.Reading full = afterPassivation(heap);
      ClosedLoop.Result continued = ClosedLoop.run(commanded, 1, paused::goOn);
      ClosedLoop.Result pausedAgain = ClosedLoop.run(commanded, 1, i -> paused.pause(runs - 1 - i));
      double growth = full.liveMebibytes() - empty.liveMebibytes();
      Output.print(
          out,
          options.format(),
          new Idle(
              "idle",
              runs,
              Output.rounded(runs / seconds),
              Output.rounded(empty.liveMebibytes()),
              Output.rounded(full.liveMebibytes()),
              Output.rounded(growth),
              Output.rounded(growth * 1024 * 1024 / runs),
              entities(full),
              continued.millis(50),
              continued.millis(99),
              pausedAgain.millis(50),
              pausedAgain.millis(99),
              full.growth(empty, SHOWN_CLASSES)));
      return entities(full) == 0 ? 0 : 1;
    }
  }

  /** Does with a few runs all that will be measured: the code is not what a run costs. */
  private void warmUp(TestBed bed, String definition) throws InterruptedException {
    int few = Math.min(runs, WARM_UP_RUNS);
    Paused others = new Paused(bed, definition, few);
    var _ = others.startAndPauseAll(options.inFlight());
    var _ = ClosedLoop.run(few, 1, others::goOn);
    var _ = ClosedLoop.run(few, 1, others::pause);
  }

  /** The heap once no entity is in it any more, or when they should long have left. */
  private static ServerHeap.Reading afterPassivation(ServerHeap heap)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PASSIVATION.toNanos();
    ServerHeap.Reading reading = heap.read();
    while (entities(reading) > 0 && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
      reading = heap.read();
    }
    return reading;
  }

  private static long entities(ServerHeap.Reading reading) {
    return reading.count(RUN) + reading.count(EXECUTION);
  }

  /** Runs whose only task waits for a worker that never comes. */
  private static final class Paused {
    private final RunServiceGrpc.RunServiceFutureStub stub;
    private final String definition;
    private final AtomicReferenceArray<String> names;

    Paused(TestBed bed, String definition, int count) {
      this.stub = RunServiceGrpc.newFutureStub(bed.channel());
      this.definition = definition;
      this.names = new AtomicReferenceArray<>(count);
    }

    ClosedLoop.Result startAndPauseAll(int inFlight) throws InterruptedException {
      return ClosedLoop.run(names.length(), inFlight, this::startAndPause);
    }

    private ListenableFuture<PauseRunResponse> startAndPause(int index) {
      return Futures.transformAsync(
          stub.startRun(
              StartRunRequest.newBuilder()
                  .setDefinition(definition)
                  .setRequestId(RequestIds.next())
                  .build()),
          started -> {
            names.set(index, started.getRun().getName());
            return pause(index);
          },
          MoreExecutors.directExecutor());
    }

    ListenableFuture<PauseRunResponse> pause(int index) {
      return stub.pauseRun(
          PauseRunRequest.newBuilder()
              .setName(names.get(index))
              .setRequestId(RequestIds.next())
              .build());
    }

    ListenableFuture<ContinueRunResponse> goOn(int index) {
      return stub.continueRun(
          ContinueRunRequest.newBuilder()
              .setName(names.get(index))
              .setRequestId(RequestIds.next())
              .build());
    }
  }
}
