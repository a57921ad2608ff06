package dev.pawl.engine.log;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
 * Live readers get what their own node stores out of memory; what another one stores they read from
 * the store, when it lets them know, or else after a while.
 */
public final class LogHubs implements Logs, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  /** A reader's node looks by itself: soon after it began to read, and then so often. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(300);

  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final int RUNS_TOGETHER = 500;

  private final Database database;
  private final LogLimits limits;
  private final PostgresLogStore store = new PostgresLogStore();
  private final LogWriter writer;
  private final LogNeighbours neighbours;
  private final FollowedRuns followedElsewhere = new FollowedRuns();
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
  public LogHubs(Database database, InstantSource clock, LogNeighbours neighbours) {
    this(database, clock, neighbours, LogLimits.DEFAULT);
  }

  LogHubs(Database database, InstantSource clock, LogNeighbours neighbours, LogLimits limits) {
    this.database = database;
    this.limits = limits;
    this.neighbours = neighbours;
    this.writer = new LogWriter(database, store, clock, limits, this::stored);
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
    LogTail tail = new LogTail(task, limits, blocking, System.nanoTime() + FIRST_LOOK.toNanos());
    LogHub hub = enter(run);
    hub.add(tail);
    tails.add(tail);
    leave(run, hub);
    if (neighbours.any()) {
      neighbours.followed(List.of(run));
    }
    tail.atClose(
        () -> {
          hub.remove(tail);
          tails.remove(tail);
        });
    return tail;
  }

  private void stored(Set<LogKey> sections) {
    List<RunId> runs = followedElsewhere.among(sections);
    if (!runs.isEmpty()) {
      neighbours.stored(runs);
    }
  }

  /** Another node reads the logs of these runs live. */
  public void followedElsewhere(List<RunId> runs) {
    followedElsewhere.add(runs);
  }

  /** Another node stored some log of these runs. */
  public void storedElsewhere(List<RunId> runs) {
    for (RunId run : runs) {
      LogHub hub = hubs.get(run);
      if (hub != null) {
        hub.missed();
      }
    }
  }

  /** How many runs have a hub now. */
  int hubCount() {
    return hubs.size();
  }

  /** What waits for its commit now, in bytes. */
  public long waitingBytes() {
    return writer.waitingBytes();
  }

  /** What was stored since this node began, in bytes, as packed by the workers. */
  public long storedBytes() {
    return writer.storedBytes();
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
    long said = swept;
    while (!closed) {
      LockSupport.parkNanos(TICK.toNanos());
      long now = System.nanoTime();
      tails.forEach(tail -> tail.tick(now));
      if (neighbours.any()) {
        tails.forEach(tail -> tail.look(now, LOOK));
        if (now - said > FollowedRuns.SAID.toNanos()) {
          said = now;
          sayWhatIsFollowed();
          followedElsewhere.forget(now);
        }
      }
      if (now - swept > limits.idle().toNanos() / 4) {
        swept = now;
        forgetIdle(now - limits.idle().toNanos());
      }
    }
  }

  private void sayWhatIsFollowed() {
    List<RunId> runs =
        hubs.entrySet().stream()
            .filter(hub -> hub.getValue().hasTails())
            .map(Map.Entry::getKey)
            .toList();
    for (int from = 0; from < runs.size(); from += RUNS_TOGETHER) {
      neighbours.followed(runs.subList(from, Math.min(runs.size(), from + RUNS_TOGETHER)));
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
