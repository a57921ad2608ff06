package dev.pawl.bench.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.EventFollower;
import dev.pawl.client.PawlError;
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
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs of one workflow and learns of their ends from one watch stream, as a service would.
 * The clock of a run goes from the sending of StartRun to the receipt of its RunEnded, here.
 */
final class RunLoad implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofHours(6);
  private static final Duration DRAIN = Duration.ofSeconds(120);
  private static final int TOO_MANY_ERRORS = 200;

  private final RunServiceGrpc.RunServiceFutureStub runs;
  private final String definition;
  private final Thread watcher;
  private final CountDownLatch watching = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> watchFailure = new AtomicReference<>();
  private final Map<String, Pending> started = new ConcurrentHashMap<>();
  private final Map<String, Ended> endedEarly = new ConcurrentHashMap<>();

  private record Pending(Phase phase, long startedNanos) {}

  private record Ended(long nanos, boolean succeeded) {}

  /**
   * What came of one load.
   *
   * @param seconds from the first start to the end of the load, without the draining
   * @param endedWithin runs that ended in that time
   * @param latencyMicros of those runs
   * @param startMicros from the sending of StartRun to its answer
   */
  record Result(
      double seconds,
      long endedWithin,
      long succeeded,
      long failed,
      Map<String, Integer> errors,
      Histogram latencyMicros,
      Histogram startMicros,
      double lastEndSeconds) {
    double runsPerSecond() {
      return endedWithin / seconds;
    }

    double latencyMillis(double percentile) {
      return latencyMicros.getValueAtPercentile(percentile) / 1_000.0;
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
    Phase phase = new Phase(duration);
    for (int i = 0; i < inFlight; i++) {
      phase.start();
    }
    return phase.await();
  }

  /**
   * Starts so many runs at once, without waiting for any answer, then waits until all have ended.
   */
  Result burst(int count) throws InterruptedException {
    Phase phase = new Phase(Duration.ZERO);
    for (int i = 0; i < count; i++) {
      phase.start();
    }
    return phase.await();
  }

  /** One load: its counters, and the runs that it still waits for. */
  private final class Phase {
    private final long begin = System.nanoTime();
    private final long end;
    private final Phaser unfinished = new Phaser(1);
    private final Histogram latency = new ConcurrentHistogram(3);
    private final Histogram startLatency = new ConcurrentHistogram(3);
    private final Map<String, Integer> errors = new ConcurrentHashMap<>();
    private final Tally tally = new Tally();

    Phase(Duration duration) {
      this.end = begin + duration.toNanos();
    }

    void start() {
      unfinished.register();
      long sent = System.nanoTime();
      Futures.addCallback(
          runs.startRun(
              StartRunRequest.newBuilder()
                  .setDefinition(definition)
                  .setRequestId(RequestIds.next())
                  .build()),
          new FutureCallback<StartRunResponse>() {
            @Override
            public void onSuccess(StartRunResponse response) {
              startLatency.recordValue((System.nanoTime() - sent) / 1_000);
              String run = response.getRun().getName();
              started.put(run, new Pending(Phase.this, sent));
              settle(run);
            }

            @Override
            public void onFailure(Throwable failure) {
              PawlError error = PawlErrors.of(failure);
              errors.merge(
                  error.code() + error.reason().map(" "::concat).orElse(""), 1, Integer::sum);
              finish();
            }
          },
          MoreExecutors.directExecutor());
    }

    void ended(long startedNanos, Ended run) {
      tally.add(run, end == begin || run.nanos() <= end);
      if (end == begin || run.nanos() <= end) {
        latency.recordValue(Math.max(0, run.nanos() - startedNanos) / 1_000);
      }
      finish();
    }

    private void finish() {
      int failures = errors.values().stream().mapToInt(Integer::intValue).sum();
      if (System.nanoTime() < end && failures < TOO_MANY_ERRORS) {
        start();
      }
      unfinished.arriveAndDeregister();
    }

    Result await() throws InterruptedException {
      long limit = Math.max(0, end - System.nanoTime()) + DRAIN.toNanos();
      int phase = unfinished.arrive();
      try {
        unfinished.awaitAdvanceInterruptibly(phase, limit, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new BenchFailure(
            1,
            "%d runs did not end within %d s; errors of StartRun: %s; watch: %s"
                .formatted(
                    unfinished.getUnarrivedParties(),
                    DRAIN.toSeconds(),
                    errors,
                    watchFailure.get()));
      }
      return tally.result(this);
    }

    private final class Tally {
      private long within;
      private long succeeded;
      private long failed;
      private long last = begin;

      synchronized void add(Ended run, boolean inTime) {
        within += inTime ? 1 : 0;
        succeeded += run.succeeded() ? 1 : 0;
        failed += run.succeeded() ? 0 : 1;
        last = Math.max(last, run.nanos());
      }

      synchronized Result result(Phase phase) {
        double lastEnd = (last - begin) / 1e9;
        return new Result(
            end == begin ? lastEnd : (end - begin) / 1e9,
            within,
            succeeded,
            failed,
            new TreeMap<>(phase.errors),
            phase.latency,
            phase.startLatency,
            lastEnd);
      }
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
