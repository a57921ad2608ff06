package dev.pawl.engine.clock;

import dev.pawl.engine.feed.Horizon;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.view.Projector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes entities that owe something: those that are due, and at its start all of them once, since
 * whoever had their timers may be gone.
 */
public final class Waker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Waker.class);

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(1);
  // So many in a batch, and one batch in this time: 2,000 a second, so that a recovery is no storm.
  private static final int BATCH = 200;
  private static final Duration PACE = Duration.ofMillis(100);

  private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

  private final Database database;
  private final Projector projector;
  private final InstantSource clock;
  private final Consumer<String> wake;
  private final int[] slices = IntStream.range(0, WakeTable.SLICES).toArray();
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean everyone = true;

  private Waker(
      Database database, Projector projector, InstantSource clock, Consumer<String> wake) {
    this.database = database;
    this.projector = projector;
    this.clock = clock;
    this.wake = wake;
    this.thread = Thread.ofVirtual().name("pawl-waker").unstarted(this::work);
  }

  /**
   * Starts one.
   *
   * @param wake sends a wake-up to an entity, by its persistence id, and does not wait for it
   */
  public static Waker start(
      Database database, Projector projector, InstantSource clock, Consumer<String> wake) {
    Waker waker = new Waker(database, projector, clock, wake);
    waker.thread.start();
    return waker;
  }

  /** Wakes everyone who owes something once, due or not, as soon as the views know of all. */
  public void wakeAll() {
    everyone = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    boolean down = false;
    CompletableFuture<Void> viewsKnowAll = NEVER;
    while (!closed) {
      try {
        if (everyone) {
          everyone = false;
          viewsKnowAll = projector.passed(Horizon.now(database)).toCompletableFuture();
        }
        if (viewsKnowAll.isDone()) {
          wakeEveryone();
          viewsKnowAll = NEVER;
        }
        Duration rest = wakeDue();
        down = false;
        LockSupport.parkNanos(rest.toNanos());
      } catch (RuntimeException e) {
        if (!down && !closed) {
          log.warn("nobody is woken, trying again: {}", e.getMessage(), e);
          down = true;
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  /** Wakes who is due, and says how long to rest. */
  private Duration wakeDue() {
    Instant now = clock.instant();
    List<String> due = database.with(connection -> WakeTable.due(connection, slices, now, BATCH));
    if (!due.isEmpty()) {
      wake(due, now);
      return PACE;
    }
    Optional<Instant> next = database.with(connection -> WakeTable.nextDue(connection, slices));
    Duration until = next.map(at -> Duration.between(now, at)).orElse(POLL);
    return until.compareTo(POLL) < 0 ? until : POLL;
  }

  private void wake(List<String> entities, Instant now) {
    entities.forEach(wake);
    database.with(
        connection -> {
          WakeTable.putOff(connection, entities, now);
          return entities.size();
        });
  }

  private void wakeEveryone() {
    String last = "";
    while (!closed) {
      String after = last;
      List<String> some =
          database.with(connection -> WakeTable.all(connection, slices, after, BATCH));
      if (some.isEmpty()) {
        return;
      }
      wake(some, clock.instant());
      last = some.getLast();
      LockSupport.parkNanos(PACE.toNanos());
    }
  }
}
