package dev.pawl.engine.feed;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.DatabaseFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of one node: one thread reads the journal up to the horizon, everyone is served from its
 * window in memory; who is further behind reads pages of the journal itself.
 */
public final class PostgresFeed implements Feed, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresFeed.class);

  private static final int PAGE = 2_000;
  private static final int WINDOW_ENTRIES = 20_000;
  // Of the heap, for as long as the node lives; who is further behind reads pages.
  private static final long WINDOW_BYTES = 6L * 1024 * 1024;
  private static final int OWN_READERS = 4;
  private static final Duration IDLE = Duration.ofMillis(100);
  // What was hinted at may still be behind an open transaction: look again soon, for a while.
  private static final Duration BUSY = Duration.ofMillis(5);
  private static final Duration BUSY_FOR = Duration.ofMillis(250);
  // Hints come with every persist; so often and no oftener the journal is asked.
  private static final Duration LEAST = Duration.ofMillis(2);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int HANDED_TOGETHER = 16;

  private final DataSource journal;
  private final InstantSource clock;
  private final RowDecoder decoder = new RowDecoder();
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore ownReaders = new Semaphore(OWN_READERS);
  private final ConcurrentHashMap<Waiter, Boolean> waiters = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final FeedWindow window;
  private final Thread reader;

  // The reader's own: a failure was logged and has not passed yet.
  private boolean down;

  private volatile FeedPosition head;
  private volatile Instant shownUntil;
  private volatile boolean hinted;
  private volatile boolean closed;

  private PostgresFeed(DataSource journal, InstantSource clock, FeedPosition start) {
    this.journal = journal;
    this.clock = clock;
    this.head = start;
    this.shownUntil = clock.instant();
    this.window = new FeedWindow(start, WINDOW_ENTRIES, WINDOW_BYTES);
    this.reader = Thread.ofVirtual().name("pawl-feed").unstarted(this::readAll);
  }

  /** Begins to read at the newest place of the journal. */
  public static PostgresFeed start(Database database, InstantSource clock) {
    FeedPosition start;
    try (Connection connection = database.feed().getConnection()) {
      start = JournalPages.head(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("the head of the journal cannot be read", e);
    }
    PostgresFeed feed = new PostgresFeed(database.feed(), clock, start);
    feed.reader.start();
    return feed;
  }

  @Override
  public FeedPosition head() {
    return head;
  }

  /** The head shows everything that was stored before this instant and is behind no open one. */
  public Instant shownUntil() {
    return shownUntil;
  }

  @Override
  public void hint() {
    if (!hinted) {
      hinted = true;
      LockSupport.unpark(reader);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The beginning is never expired: behind it comes what is still there.
   */
  @Override
  public CompletionStage<List<FeedEntry>> read(FeedPosition after, int max) {
    if (max < 1) {
      throw new IllegalArgumentException("expected to read at least 1 entry, but max is " + max);
    }
    Waiter waiter = new Waiter(after, max, new CompletableFuture<>());
    serve(waiter);
    return waiter.entries();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(reader);
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waiters.keySet().forEach(waiter -> waiter.entries().complete(List.of()));
  }

  /** Someone who waits for entries behind a place; each is its own, whatever it waits for. */
  private static final class Waiter {
    private final FeedPosition after;
    private final int max;
    private final CompletableFuture<List<FeedEntry>> entries;

    Waiter(FeedPosition after, int max, CompletableFuture<List<FeedEntry>> entries) {
      this.after = after;
      this.max = max;
      this.entries = entries;
    }

    FeedPosition after() {
      return after;
    }

    int max() {
      return max;
    }

    Wish wish() {
      return new Wish(after, max);
    }

    CompletableFuture<List<FeedEntry>> entries() {
      return entries;
    }
  }

  /** What a waiter asked for. */
  private record Wish(FeedPosition after, int max) {}

  /** Completes the waiter from memory, lets it wait, or reads the journal for it. */
  private void serve(Waiter waiter) {
    List<FeedEntry> ready = List.of();
    boolean below;
    lock.lock();
    try {
      below = waiter.after().compareTo(window.floor()) < 0;
      if (!below) {
        ready = window.after(waiter.after(), waiter.max());
        if (ready.isEmpty() && !closed) {
          waiters.put(waiter, true);
        }
      }
    } finally {
      lock.unlock();
    }
    if (closed || !ready.isEmpty()) {
      waiter.entries().complete(ready);
    } else if (below) {
      blocking.execute(() -> readFor(waiter));
    } else {
      waiter.entries().whenComplete((_, _) -> waiters.remove(waiter));
    }
  }

  private void readFor(Waiter waiter) {
    try {
      ownReaders.acquire();
      try (Connection connection = journal.getConnection()) {
        readFor(waiter, connection);
      } finally {
        ownReaders.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiter.entries().completeExceptionally(e);
    } catch (SQLException e) {
      waiter.entries().completeExceptionally(DatabaseFailed.toAsker(e));
    } catch (RuntimeException e) {
      waiter.entries().completeExceptionally(e);
    }
  }

  private void readFor(Waiter waiter, Connection connection) throws SQLException {
    FeedPosition after = waiter.after();
    if (!after.equals(FeedPosition.BEGINNING)
        && after.compareTo(JournalPages.floor(connection)) < 0) {
      waiter
          .entries()
          .completeExceptionally(
              new FeedExpired(
                  "entries behind this place were deleted; begin anew, from the beginning or a"
                      + " snapshot"));
      return;
    }
    while (true) {
      // Everything up to here can be read by now.
      FeedPosition shown = head;
      List<JournalRow> rows = JournalPages.page(connection, after, waiter.max()).rows();
      List<RowDecoder.Decoded> decoded = decoder.decode(connection, rows, clock.instant());
      if (!decoded.isEmpty()) {
        waiter.entries().complete(decoded.stream().map(RowDecoder.Decoded::entry).toList());
        return;
      }
      if (rows.isEmpty()) {
        after = after.compareTo(shown) < 0 ? shown : after;
        break;
      }
      after = rows.getLast().position();
    }
    serve(new Waiter(after, waiter.max(), waiter.entries()));
  }

  private void readAll() {
    while (!closed) {
      try (Connection connection = journal.getConnection()) {
        follow(connection);
      } catch (SQLException e) {
        if (!down && !closed) {
          log.warn("the feed cannot read the journal and tries again: {}", e.getMessage());
          down = true;
        }
        LockSupport.parkNanos(RETRY.toNanos());
      } catch (RuntimeException e) {
        // A fact that cannot be read is not passed over: the feed stands still, loudly.
        if (!down && !closed) {
          log.error("the feed stands still: {}", e.getMessage(), e);
          down = true;
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  private void follow(Connection connection) throws SQLException {
    long busyUntil = System.nanoTime();
    while (!closed) {
      long start = System.nanoTime();
      if (hinted) {
        hinted = false;
        busyUntil = start + BUSY_FOR.toNanos();
      }
      Instant asked = clock.instant();
      JournalPages.Page page = JournalPages.page(connection, head, PAGE);
      List<JournalRow> rows = page.rows();
      if (down) {
        log.info("the feed reads the journal again");
        down = false;
      }
      if (!rows.isEmpty()) {
        append(decoder.decode(connection, rows, clock.instant()), rows.getLast().position());
        busyUntil = start + BUSY_FOR.toNanos();
      }
      if (!page.complete()) {
        continue;
      }
      shownUntil = asked;
      LockSupport.parkNanos(LEAST.toNanos());
      Duration patience = start - busyUntil < 0 ? BUSY : IDLE;
      if (!hinted && !closed) {
        LockSupport.parkNanos(patience.toNanos() - LEAST.toNanos());
      }
    }
  }

  private void append(List<RowDecoder.Decoded> entries, FeedPosition upTo) {
    Map<Wish, List<Waiter>> served = new HashMap<>();
    Map<Wish, List<FeedEntry>> ready = new HashMap<>();
    lock.lock();
    try {
      window.append(entries, upTo);
      head = upTo;
      if (!entries.isEmpty()) {
        for (Waiter waiter : waiters.keySet()) {
          waiters.remove(waiter);
          served.computeIfAbsent(waiter.wish(), _ -> new ArrayList<>()).add(waiter);
        }
        // Who waits is mostly at one place: all who are get the same entries.
        for (Wish wish : served.keySet()) {
          if (wish.after().compareTo(window.floor()) >= 0) {
            ready.put(wish, List.copyOf(window.after(wish.after(), wish.max())));
          }
        }
      }
    } finally {
      lock.unlock();
    }
    served.forEach((wish, all) -> hand(all, ready.getOrDefault(wish, List.of())));
  }

  /** What hangs on a reader's stage may be slow, and the feed's own thread serves all of them. */
  private void hand(List<Waiter> served, List<FeedEntry> entries) {
    for (int from = 0; from < served.size(); from += HANDED_TOGETHER) {
      List<Waiter> some = served.subList(from, Math.min(served.size(), from + HANDED_TOGETHER));
      blocking.execute(
          () -> {
            for (Waiter waiter : some) {
              if (entries.isEmpty()) {
                serve(waiter);
              } else {
                waiter.entries().complete(entries);
              }
            }
          });
    }
  }
}
