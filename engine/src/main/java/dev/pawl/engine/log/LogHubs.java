package dev.pawl.engine.log;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The logs of this node: a hub in memory per run that logs or is read live, one writer for all.
 *
 * <p>A chunk is stored where it goes on from its section's end, and answered after the commit. Who
 * sends another gets told how far the section is stored. A chunk without lines only marks the end,
 * or lines that were dropped: live readers get it, the store keeps it with the section. A section
 * that has reached its limit ends, with such a mark.
 *
 * <p>Several nodes may write to one section, one after the other: nothing is lost or stored twice.
 * Live readers, though, see what their own node stores.
 */
public final class LogHubs implements Logs, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  private final Database database;
  private final LogLimits limits;
  private final PostgresLogStore store = new PostgresLogStore();
  private final LogWriter writer;
  private final ConcurrentHashMap<RunId, LogHub> hubs = new ConcurrentHashMap<>();
  private final Set<LogTail> tails = ConcurrentHashMap.newKeySet();
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread ticker = Thread.ofVirtual().name("pawl-log-hubs").unstarted(this::tick);

  private volatile boolean closed;

  /**
   * Begins to store and to serve.
   *
   * @param clock says whether the day that an attempt began is plausible
   */
  public LogHubs(Database database, InstantSource clock) {
    this(database, clock, LogLimits.DEFAULT);
  }

  LogHubs(Database database, InstantSource clock, LogLimits limits) {
    this.database = database;
    this.limits = limits;
    this.writer = new LogWriter(database, store, clock, limits);
    writer.start();
    ticker.start();
  }

  @Override
  public CompletionStage<Stored> append(LogChunk chunk) {
    RunId run = chunk.key().execution().run();
    LogHub hub = enter(run);
    CompletionStage<Stored> stored = writer.append(hub, chunk);
    return stored.whenComplete((_, _) -> leave(run, hub));
  }

  @Override
  public CompletionStage<List<LogSection>> sections(RunId run, Optional<String> task) {
    return reading(connection -> store.sections(connection, run, task));
  }

  /**
   * {@inheritDoc}
   *
   * <p>At least one chunk if there is any. Chunks without lines are not among them: the section
   * says that it ended, or was truncated.
   */
  @Override
  public CompletionStage<List<LogChunk>> read(LogKey key, long fromSequence, int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "expected to read at least 1 byte, but maxBytes is " + maxBytes);
    }
    return reading(connection -> store.read(connection, key, fromSequence, maxBytes));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A chunk that is in the store when this returns may be given too, any committed later is: who
   * opens a tail first and reads the store then misses nothing, and knows by the sequence numbers
   * what it has twice.
   */
  @Override
  public Tail tail(RunId run, Optional<String> task) {
    if (closed) {
      throw new IllegalStateException("this node is stopping; follow the log on another");
    }
    LogTail tail = new LogTail(task, limits, blocking);
    LogHub hub = enter(run);
    hub.add(tail);
    tails.add(tail);
    leave(run, hub);
    tail.atClose(
        () -> {
          hub.remove(tail);
          tails.remove(tail);
        });
    return tail;
  }

  /** How many runs have a hub now. */
  int hubCount() {
    return hubs.size();
  }

  /** What waits for its commit now, in bytes. */
  long waitingBytes() {
    return writer.waitingBytes();
  }

  /** Stores what waits, and ends the tails. */
  @Override
  public void close() {
    closed = true;
    writer.close();
    tails.forEach(LogTail::close);
    LockSupport.unpark(ticker);
    try {
      ticker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private LogHub enter(RunId run) {
    return hubs.compute(
        run,
        (_, known) -> {
          LogHub hub = known == null ? new LogHub() : known;
          hub.enter(System.nanoTime());
          return hub;
        });
  }

  private void leave(RunId run, LogHub hub) {
    hubs.computeIfPresent(
        run,
        (_, known) -> {
          hub.leave(System.nanoTime());
          return known;
        });
  }

  private void tick() {
    long swept = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(TICK.toNanos());
      long now = System.nanoTime();
      tails.forEach(tail -> tail.tick(now));
      if (now - swept > limits.idle().toNanos() / 4) {
        swept = now;
        forgetIdle(now - limits.idle().toNanos());
      }
    }
  }

  private void forgetIdle(long then) {
    hubs.keySet()
        .forEach(run -> hubs.computeIfPresent(run, (_, hub) -> hub.idleSince(then) ? null : hub));
  }

  private interface Reading<T> {
    T from(Connection connection) throws SQLException;
  }

  private <T> CompletionStage<T> reading(Reading<T> reading) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Handle handle = database.views().open()) {
            return reading.from(handle.getConnection());
          } catch (SQLException | JdbiException e) {
            throw new Unavailable("the log store does not answer; ask again", e);
          }
        },
        blocking);
  }
}
