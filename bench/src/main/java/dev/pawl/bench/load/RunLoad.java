package dev.pawl.bench.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.EventFollower;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Event;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import io.grpc.Channel;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs of one workflow and learns of their ends from one watch stream, as a service would.
 * The clock of a run goes from the sending of StartRun to the receipt of its RunEnded, here.
 */
final class RunLoad implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofHours(6);

  private final RunServiceGrpc.RunServiceFutureStub runs;
  private final String definition;
  private final Thread watcher;
  private final CountDownLatch watching = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> watchFailure = new AtomicReference<>();
  private final Map<String, Pending> started = new ConcurrentHashMap<>();
  private final Map<String, Ended> endedEarly = new ConcurrentHashMap<>();

  private record Pending(LoadPhase phase, long startedNanos) {}

  /** The end of a run, when it was heard of here. */
  record Ended(long nanos, boolean succeeded) {}

  /** Is told, on the thread that drives the load, when the measured window begins and ends. */
  interface Probe {
    Probe NONE = _ -> {};

    void at(Edge edge) throws IOException, SQLException;
  }

  /** A border of the measured window. */
  enum Edge {
    BEGIN,
    END
  }

  /**
   * What came of one load.
   *
   * @param seconds of the measured window; without one until the last end
   * @param counted runs that belong to the window
   * @param succeeded of all runs of the load
   * @param failed of all runs of the load
   * @param latencyMicros of the runs that count
   * @param startMicros of the runs that count, from the sending of StartRun to its answer
   * @param lastAnswerSeconds from the beginning to the last answer to StartRun
   * @param firstEndSeconds from the beginning to the first end
   * @param lastEndSeconds from the beginning to the last end
   */
  record Result(
      double seconds,
      long counted,
      long succeeded,
      long failed,
      Map<String, Integer> errors,
      Histogram latencyMicros,
      Histogram startMicros,
      double lastAnswerSeconds,
      double firstEndSeconds,
      double lastEndSeconds) {
    double runsPerSecond() {
      return counted / seconds;
    }

    double latencyMillis(double percentile) {
      return latencyMicros.getValueAtPercentile(percentile) / 1_000.0;
    }

    double startMillis(double percentile) {
      return startMicros.getValueAtPercentile(percentile) / 1_000.0;
    }

    /** All runs that were accepted. */
    long runs() {
      return succeeded + failed;
    }

    boolean isClean() {
      return failed == 0 && errors.isEmpty();
    }
  }

  RunLoad(Channel channel, String definition) throws InterruptedException {
    this.runs = RunServiceGrpc.newFutureStub(channel);
    this.definition = definition;
    this.watcher = Thread.ofVirtual().name("watch").start(() -> watch(channel));
    if (!watching.await(60, TimeUnit.SECONDS)) {
      throw new BenchFailure(1, "the watch stream did not begin: " + watchFailure.get());
    }
  }

  private void watch(Channel channel) {
    WatchRequest request =
        WatchRequest.newBuilder()
            .setParent(Definitions.PROJECT)
            .setSnapshot(Snapshot.getDefaultInstance())
            .setFilter(
                WatchFilter.newBuilder()
                    .addKinds(EntityKind.ENTITY_KIND_RUN)
                    .addDefinitions(definition))
            .build();
    try {
      new EventFollower(channel).followAll(request, LONGEST, this::observe);
    } catch (RuntimeException e) {
      watchFailure.set(e);
    }
  }

  private boolean observe(WatchResponse message) {
    if (message.hasSnapshotEnd()) {
      watching.countDown();
    } else if (message.hasEvent() && message.getEvent().hasRunEnded()) {
      Event event = message.getEvent();
      ended(
          event.getName(), new Ended(System.nanoTime(), event.getStateAfter().equals("SUCCEEDED")));
    }
    return !Thread.currentThread().isInterrupted();
  }

  /**
   * The event and the answer to StartRun come in either order; who comes second settles the run.
   */
  private void ended(String run, Ended ended) {
    endedEarly.put(run, ended);
    settle(run);
  }

  private void settle(String run) {
    Pending pending = started.get(run);
    Ended ended = endedEarly.get(run);
    if (pending != null && ended != null && started.remove(run, pending)) {
      endedEarly.remove(run);
      pending.phase().ended(pending.startedNanos(), ended);
    }
  }

  /** Keeps so many runs unfinished for so long, then waits until all have ended. */
  Result keepInFlight(int inFlight, Duration duration) throws InterruptedException {
    try {
      return keepInFlight(inFlight, Duration.ZERO, duration, Probe.NONE);
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("a probe that does nothing", e);
    }
  }

  /**
   * Keeps so many runs unfinished while it warms up and then while it measures, without a gap, and
   * waits until all have ended. A run counts when it ends within the window.
   */
  Result keepInFlight(int inFlight, Duration warmup, Duration window, Probe probe)
      throws InterruptedException, IOException, SQLException {
    LoadPhase phase = LoadPhase.closedLoop(this::start, warmup, window);
    for (int i = 0; i < inFlight; i++) {
      phase.start();
    }
    return phase.await(probe, watchFailure::get);
  }

  /**
   * Starts runs at a fixed rate, however long they take. The clock of each begins when its turn
   * came, so that a delay of ours or of the server is not left out; it counts when its turn came
   * within the window.
   */
  Result atRate(double perSecond, Duration warmup, Duration window) throws InterruptedException {
    LoadPhase phase = LoadPhase.openLoop(this::start, warmup, window);
    long count = Math.round((warmup.toNanos() + window.toNanos()) / 1e9 * perSecond);
    for (long i = 0; i < count; i++) {
      phase.startAt(Math.round(i / perSecond * 1e9));
    }
    return phase.await(watchFailure::get);
  }

  /**
   * Starts so many runs at once, without waiting for any answer, then waits until all have ended.
   */
  Result burst(int count) throws InterruptedException {
    LoadPhase phase = LoadPhase.allCount(this::start);
    for (int i = 0; i < count; i++) {
      phase.start();
    }
    return phase.await(watchFailure::get);
  }

  /** Is done when all runs of a backlog are accepted. */
  interface Turn {
    void come() throws IOException, InterruptedException;
  }

  /**
   * Starts so many runs as fast as they are accepted, then waits until all have ended.
   *
   * @param unanswered how many calls may wait for their answer at once
   * @param allAnswered comes between
   */
  Result backlog(int count, int unanswered, Turn allAnswered)
      throws IOException, InterruptedException {
    Semaphore calls = new Semaphore(unanswered);
    LoadPhase phase =
        LoadPhase.allCount(
            (of, since) -> {
              calls.acquireUninterruptibly();
              start(of, since, calls::release);
            });
    for (int i = 0; i < count; i++) {
      phase.start();
    }
    calls.acquire(unanswered);
    allAnswered.come();
    return phase.await(watchFailure::get);
  }

  private void start(LoadPhase phase, long sinceNanos) {
    start(phase, sinceNanos, () -> {});
  }

  private void start(LoadPhase phase, long sinceNanos, Runnable answered) {
    Futures.addCallback(
        runs.startRun(
            StartRunRequest.newBuilder()
                .setDefinition(definition)
                .setRequestId(RequestIds.next())
                .build()),
        new FutureCallback<StartRunResponse>() {
          @Override
          public void onSuccess(StartRunResponse response) {
            answered.run();
            phase.accepted(sinceNanos);
            String run = response.getRun().getName();
            started.put(run, new Pending(phase, sinceNanos));
            settle(run);
          }

          @Override
          public void onFailure(Throwable failure) {
            answered.run();
            phase.refused(PawlErrors.of(failure));
          }
        },
        MoreExecutors.directExecutor());
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
