package dev.pawl.engine.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores rows behind the answers that they tell of, many at once. While PostgreSQL is away they
 * wait, 10,000 at most; those beyond are dropped, counted, and logged as a number.
 */
final class AuditWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);

  private static final int WAITING = 10_000;
  private static final int TOGETHER = 500;
  private static final Duration GATHER = Duration.ofMillis(20);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration LAST = Duration.ofSeconds(3);
  private static final long SAY_AGAIN = Duration.ofSeconds(10).toNanos();

  private final BlockingQueue<AuditRow> waiting;
  private final Consumer<List<AuditRow>> store;
  private final Thread thread;
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean closed;
  private long said;
  private long saidDropped;

  private AuditWriter(int most, Consumer<List<AuditRow>> store) {
    this.waiting = new ArrayBlockingQueue<>(most);
    this.store = store;
    this.thread = Thread.ofVirtual().name("pawl-audit").unstarted(this::work);
  }

  static AuditWriter start(Consumer<List<AuditRow>> store) {
    return start(WAITING, store);
  }

  /**
   * Starts one.
   *
   * @param most rows that may wait
   * @param store fails when the rows cannot be stored now
   */
  static AuditWriter start(int most, Consumer<List<AuditRow>> store) {
    AuditWriter writer = new AuditWriter(most, store);
    writer.thread.start();
    return writer;
  }

  void add(AuditRow row) {
    if (closed || !waiting.offer(row)) {
      dropped.incrementAndGet();
    }
  }

  long dropped() {
    return dropped.get();
  }

  private void work() {
    List<AuditRow> batch = new ArrayList<>();
    boolean down = false;
    long deadline = Long.MAX_VALUE;
    try {
      while (true) {
        if (closed && deadline == Long.MAX_VALUE) {
          deadline = System.nanoTime() + LAST.toNanos();
        }
        if (batch.isEmpty() && !fill(batch)) {
          if (closed) {
            return;
          }
          continue;
        }
        try {
          store.accept(batch);
          batch.clear();
          down = false;
        } catch (RuntimeException e) {
          if (!down) {
            log.warn("the audit cannot be stored, trying again: {}", e.getMessage());
            down = true;
          }
          if (closed && System.nanoTime() - deadline > 0) {
            dropped.addAndGet(batch.size() + waiting.size());
            return;
          }
          TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
        }
        sayDropped();
      }
    } catch (InterruptedException e) {
      log.error("the audit is stored no more: {} rows were waiting", batch.size() + waiting.size());
    } finally {
      sayDropped();
    }
  }

  /** Takes what waits, once something does; whether it took anything. */
  private boolean fill(List<AuditRow> batch) throws InterruptedException {
    AuditRow first = waiting.poll(100, TimeUnit.MILLISECONDS);
    if (first == null) {
      sayDropped();
      return false;
    }
    if (!closed) {
      TimeUnit.NANOSECONDS.sleep(GATHER.toNanos());
    }
    batch.add(first);
    waiting.drainTo(batch, TOGETHER - 1);
    return true;
  }

  private void sayDropped() {
    long now = dropped.get();
    if (now > saidDropped && (saidDropped == 0 || closed || System.nanoTime() - said > SAY_AGAIN)) {
      log.error(
          "the audit lacks {} commands that left no fact: they came faster than PostgreSQL took"
              + " them ({} since the start)",
          now - saidDropped,
          now);
      said = System.nanoTime();
      saidDropped = now;
    }
  }

  /** Stores what waits, for a few seconds at most. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(LAST.plusSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
