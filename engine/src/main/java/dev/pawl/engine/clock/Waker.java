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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
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
  // So that a recovery is no storm: so many at a time, and the next when the last of them is awake.
  private static final int BATCH = 500;
  // Who cannot say that it is awake holds up the others for no longer than this.
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PACE = Duration.ofMillis(100);

  private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

  private final Database database;
  private final Projector projector;
  private final InstantSource clock;
  private final Sleepers sleepers;
  private final Share share;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean everyone = true;

  private Waker(
      Database database, Projector projector, InstantSource clock, Sleepers sleepers, Share share) {
    this.share = share;
    this.database = database;
    this.projector = projector;
    this.clock = clock;
    this.sleepers = sleepers;
    this.thread = Thread.ofVirtual().name("pawl-waker").unstarted(this::work);
  }

  /**
   * Starts one.
   *
   * @param share which of so many slices are this node's now
   */
  public static Waker start(
      Database database, Projector projector, InstantSource clock, Sleepers sleepers, Share share) {
    Waker waker = new Waker(database, projector, clock, sleepers, share);
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
          log.warn("nobody is woken, trying again: {}", e.getMessage());
          log.debug("why nobody is woken", e);
          down = true;
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  /** Wakes who is due, and says how long to rest. */
  private Duration wakeDue() {
    Instant now = clock.instant();
    int[] slices = share.of(WakeTable.SLICES);
    List<String> due = database.with(connection -> WakeTable.due(connection, slices, now, BATCH));
    if (!due.isEmpty()) {
      // Those whose rows are locked are still due: not again at once.
      return wake(due, now) < due.size() ? PACE : Duration.ZERO;
    }
    Optional<Instant> next = database.with(connection -> WakeTable.nextDue(connection, slices));
    Duration until = next.map(at -> Duration.between(now, at)).orElse(POLL);
    return until.compareTo(POLL) < 0 ? until : POLL;
  }

  /** Wakes them, waits until the last of them is awake, and says how many are put off. */
  private int wake(List<String> entities, Instant now) {
    entities.forEach(sleepers::wake);
    CompletableFuture<?> awake = sleepers.awake(entities.getLast()).toCompletableFuture();
    int putOff = database.with(connection -> WakeTable.putOff(connection, entities, now));
    try {
      awake.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.debug("{} was woken and does not answer", entities.getLast());
    } catch (ExecutionException e) {
      log.debug("{} was woken and cannot answer", entities.getLast(), e.getCause());
      LockSupport.parkNanos(PACE.toNanos());
    } catch (InterruptedException e) {
      log.warn("the waker was interrupted and goes on", e);
    }
    return putOff;
  }

  private void wakeEveryone() {
    long start = System.nanoTime();
    int count = 0;
    int[] slices = share.of(WakeTable.SLICES);
    String last = "";
    while (!closed) {
      String after = last;
      List<String> some =
          database.with(connection -> WakeTable.all(connection, slices, after, BATCH));
      if (some.isEmpty()) {
        break;
      }
      wake(some, clock.instant());
      count += some.size();
      last = some.getLast();
    }
    if (count > 0) {
      log.info(
          "woke {} entities that owe something, in {} ms",
          count,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
  }
}
