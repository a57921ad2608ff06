package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.load.RunLoad.Edge;
import dev.pawl.bench.load.RunLoad.Ended;
import dev.pawl.bench.load.RunLoad.Probe;
import dev.pawl.bench.load.RunLoad.Result;
import dev.pawl.client.PawlError;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One load: which of its runs count, what it has counted, and how many it still waits for. */
final class LoadPhase {
  private static final Duration STALLED = Duration.ofSeconds(120);
  private static final int TOO_MANY_ERRORS = 200;

  /** Starts one run of a load, whose clock began at an instant. */
  interface Starter {
    void start(LoadPhase phase, long sinceNanos);
  }

  /** Which runs count. */
  private enum Counting {
    STARTED_WITHIN,
    ENDED_WITHIN,
    ALL
  }

  private final Starter starter;
  private final Counting counting;
  private final boolean replaces;
  private final long begin = System.nanoTime();
  private final long from;
  private final long to;
  private final AtomicInteger unfinished = new AtomicInteger(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Histogram latency = new ConcurrentHistogram(3);
  private final Histogram startLatency = new ConcurrentHistogram(3);
  private final Map<String, Integer> errors = new ConcurrentHashMap<>();
  private final LongAccumulator lastAnswer = new LongAccumulator(Math::max, 0);
  private final Tally tally = new Tally();

  private LoadPhase(
      Starter starter, Counting counting, boolean replaces, Duration warmup, Duration window) {
    this.starter = starter;
    this.counting = counting;
    this.replaces = replaces;
    this.from = begin + warmup.toNanos();
    this.to = from + window.toNanos();
  }

  /** A run that ends before the window does is replaced by another. */
  static LoadPhase closedLoop(Starter starter, Duration warmup, Duration window) {
    return new LoadPhase(starter, Counting.ENDED_WITHIN, true, warmup, window);
  }

  /** Runs start when their turn comes. */
  static LoadPhase openLoop(Starter starter, Duration warmup, Duration window) {
    return new LoadPhase(starter, Counting.STARTED_WITHIN, false, warmup, window);
  }

  /** There is no window. */
  static LoadPhase allCount(Starter starter) {
    return new LoadPhase(starter, Counting.ALL, false, Duration.ZERO, Duration.ZERO);
  }

  void start() {
    unfinished.incrementAndGet();
    starter.start(this, System.nanoTime());
  }

  /** Waits for its turn, so many nanoseconds behind the beginning, and starts a run. */
  void startAt(long offsetNanos) throws InterruptedException {
    long turn = begin + offsetNanos;
    while (turn - System.nanoTime() > 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(turn - System.nanoTime());
    }
    unfinished.incrementAndGet();
    starter.start(this, turn);
  }

  void accepted(long sinceNanos) {
    long now = System.nanoTime();
    lastAnswer.accumulate(now - begin);
    if (counts(sinceNanos, now)) {
      startLatency.recordValue((now - sinceNanos) / 1_000);
    }
  }

  void refused(PawlError error) {
    errors.merge(error.code() + error.reason().map(" "::concat).orElse(""), 1, Integer::sum);
    finish();
  }

  void ended(long sinceNanos, Ended run) {
    boolean counted = counts(sinceNanos, run.nanos());
    tally.add(run, counted);
    if (counted) {
      latency.recordValue(Math.max(0, run.nanos() - sinceNanos) / 1_000);
    }
    finish();
  }

  private boolean counts(long since, long until) {
    return switch (counting) {
      case STARTED_WITHIN -> since - from >= 0 && since - to < 0;
      case ENDED_WITHIN -> until - from >= 0 && until - to < 0;
      case ALL -> true;
    };
  }

  private void finish() {
    int failures = errors.values().stream().mapToInt(Integer::intValue).sum();
    if (replaces && to - System.nanoTime() > 0 && failures < TOO_MANY_ERRORS) {
      start();
    }
    arrive();
  }

  private void arrive() {
    if (unfinished.decrementAndGet() == 0) {
      finished.countDown();
    }
  }

  /** Waits until all runs have ended; nobody starts more. */
  Result await(Supplier<@Nullable Throwable> watchFailure) throws InterruptedException {
    arrive();
    int before = unfinished.get();
    long since = System.nanoTime();
    while (!finished.await(100, TimeUnit.MILLISECONDS)) {
      long now = System.nanoTime();
      int left = unfinished.get();
      if (left != before || now - to < 0) {
        before = left;
        since = now;
      } else if (now - since > STALLED.toNanos()) {
        throw new BenchFailure(
            1,
            "%d runs are not ended, and none has ended for %d s; errors of StartRun: %s; watch: %s"
                .formatted(left, STALLED.toSeconds(), errors, watchFailure.get()));
      }
    }
    return tally.result();
  }

  /** As {@link #await(Supplier)}; tells of the window's borders as they come. */
  Result await(Probe probe, Supplier<@Nullable Throwable> watchFailure)
      throws InterruptedException, IOException, SQLException {
    sleepUntil(from);
    probe.at(Edge.BEGIN);
    sleepUntil(to);
    probe.at(Edge.END);
    return await(watchFailure);
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
  }

  private final class Tally {
    private long counted;
    private long succeeded;
    private long failed;
    private long first;
    private long last;

    synchronized void add(Ended run, boolean counts) {
      counted += counts ? 1 : 0;
      succeeded += run.succeeded() ? 1 : 0;
      failed += run.succeeded() ? 0 : 1;
      long at = run.nanos() - begin;
      first = succeeded + failed == 1 ? at : Math.min(first, at);
      last = Math.max(last, at);
    }

    synchronized Result result() {
      double lastEnd = last / 1e9;
      return new Result(
          counting == Counting.ALL ? lastEnd : (to - from) / 1e9,
          counted,
          succeeded,
          failed,
          new TreeMap<>(errors),
          latency,
          startLatency,
          lastAnswer.get() / 1e9,
          first / 1e9,
          lastEnd);
    }
  }
}
