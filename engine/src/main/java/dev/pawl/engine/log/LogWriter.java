package dev.pawl.engine.log;

import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.DatabaseFailed;
import dev.pawl.engine.log.BatchPlan.Waiting;
import dev.pawl.engine.log.Logs.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the chunks of all hubs of this node: one thread commits all that wait, over and over.
 *
 * <p>Chunks are judged by that thread, in the order they came. Answers follow the commit and keep
 * that order too.
 */
final class LogWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

  private static final int BATCH_CHUNKS = 512;
  // A commit of more would hold the feed's horizon back for longer than 50 ms.
  private static final long BATCH_BYTES = 2L << 20;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int CHUNK_OVERHEAD = 512;
  private static final int NETWORK_TIMEOUT_MILLIS = 5_000;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(8);

  private final Database database;
  private final InstantSource clock;
  private final LogLimits limits;
  private final PostgresLogStore store;
  private final Consumer<Set<LogKey>> stored;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LongAdder storedBytes = new LongAdder();
  private final ExecutorService answers =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("pawl-log-answers").factory());
  private final Thread thread = Thread.ofVirtual().name("pawl-log-writer").unstarted(this::run);

  // The writer's own: sections with live readers of which a commit may have happened unseen.
  private final Map<LogKey, LogHub> doubts = new HashMap<>();
  private boolean down;

  private volatile boolean closed;

  /**
   * A writer that does not run yet.
   *
   * @param stored told of the sections that a commit changed; must not block
   */
  LogWriter(
      Database database,
      PostgresLogStore store,
      InstantSource clock,
      LogLimits limits,
      Consumer<Set<LogKey>> stored) {
    this.stored = stored;
    this.database = database;
    this.store = store;
    this.clock = clock;
    this.limits = limits;
  }

  void start() {
    thread.start();
  }

  CompletionStage<Stored> append(LogHub hub, LogChunk chunk) {
    String fault = faultOf(chunk);
    if (!fault.isEmpty()) {
      return CompletableFuture.failedFuture(new IllegalArgumentException(fault));
    }
    Waiting waiting = new Waiting(hub, chunk, new CompletableFuture<>());
    if (waitingBytes.addAndGet(size(chunk)) > limits.waitingBytes()) {
      waitingBytes.addAndGet(-size(chunk));
      return CompletableFuture.failedFuture(
          new Overloaded(
              "%d MiB of log wait for their commit on this node already; send it again later"
                  .formatted(limits.waitingBytes() >> 20)));
    }
    queue.add(waiting);
    if (closed) {
      failAllThatWait(closedNow());
    }
    return waiting.answer().minimalCompletionStage();
  }

  /** What waits for its commit now, in bytes. */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /** What was stored since the beginning, in bytes. */
  long storedBytes() {
    return storedBytes.sum();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
      failAllThatWait(closedNow());
      answers.shutdown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String faultOf(LogChunk chunk) {
    if (chunk.firstSequence() < 1 || chunk.lineCount() < 0) {
      return "a log chunk has lines from 1 on and none or more of them; this one has %d from %d on"
          .formatted(chunk.lineCount(), chunk.firstSequence());
    }
    if (chunk.lines().size() > CHUNK_BYTES) {
      return "a log chunk has at most %d bytes; this one has %d: send it as several"
          .formatted(CHUNK_BYTES, chunk.lines().size());
    }
    if (chunk.worker().indexOf('\0') >= 0
        || chunk.key().execution().entityId().indexOf('\0') >= 0) {
      return "a log chunk's execution and worker are names; this one's hold a NUL character";
    }
    return "";
  }

  private static long size(LogChunk chunk) {
    return chunk.lines().size() + CHUNK_OVERHEAD;
  }

  private static Unavailable closedNow() {
    return new Unavailable(
        "this node is stopping and stores no more log; send it again to another",
        new IllegalStateException("the log writer is closed"));
  }

  private void run() {
    while (!closed || !queue.isEmpty()) {
      try {
        List<Waiting> batch = nextBatch();
        if (batch.isEmpty()) {
          settleDoubts();
        } else {
          store(batch);
        }
      } catch (InterruptedException e) {
        log.error("the log writer was interrupted; this node stores no more log", e);
        closed = true;
        failAllThatWait(closedNow());
        return;
      }
    }
  }

  private List<Waiting> nextBatch() throws InterruptedException {
    Waiting first = queue.poll(200, TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    List<Waiting> batch = new ArrayList<>();
    long bytes = 0;
    for (Waiting next = first; next != null; next = queue.poll()) {
      batch.add(next);
      bytes += next.chunk().lines().size();
      if (batch.size() == BATCH_CHUNKS || bytes >= BATCH_BYTES) {
        break;
      }
    }
    return batch;
  }

  private void store(List<Waiting> batch) {
    long start = System.nanoTime();
    while (true) {
      SQLException failure;
      try {
        if (attempt(batch)) {
          if (down) {
            log.info("logs are stored again");
            down = false;
          }
          return;
        }
        failure = new SQLException("others write to the same sections", "40001");
      } catch (JdbiException e) {
        failure = e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
      } catch (SQLException e) {
        failure = e;
      } catch (RuntimeException e) {
        log.error("log chunks could not be stored", e);
        fail(batch, e);
        return;
      }
      boolean late = System.nanoTime() - start > PATIENCE;
      switch (WriteFailure.of(failure)) {
        case CONTENTION -> {
          if (late) {
            fail(batch, unavailable(failure));
            return;
          }
        }
        case PARTITION_GONE -> {
          store.forgetPartitions();
          if (late) {
            fail(batch, unavailable(failure));
            return;
          }
        }
        case AWAY -> {
          if (!down) {
            log.warn("PostgreSQL stores no log now: {}", failure.getMessage());
            log.debug("why no log is stored", failure);
            down = true;
          }
          // Who came meanwhile has waited as long as this: nobody waits for two time-outs.
          Unavailable unavailable = unavailable(failure);
          fail(batch, unavailable);
          failAllThatWait(unavailable);
          return;
        }
        case REFUSED -> {
          // One section's chunks must not fail those of strangers.
          List<List<Waiting>> halves = halves(batch);
          if (halves.size() == 1) {
            log.error("PostgreSQL refuses log chunks", failure);
            fail(batch, refused(failure));
          } else {
            halves.forEach(this::store);
          }
          return;
        }
      }
    }
  }

  /** Stores a batch; false when somebody else has written to one of its sections. */
  private boolean attempt(List<Waiting> batch) throws SQLException {
    Set<LogKey> unsure = new HashSet<>();
    for (Waiting waiting : batch) {
      if (!waiting.hub().knows(waiting.chunk().key())) {
        unsure.add(waiting.chunk().key());
      }
    }
    if (unsure.isEmpty()) {
      BatchPlan plan = plan(batch);
      if (plan.changes().isEmpty() && plan.misfits().isEmpty()) {
        finish(batch, plan);
        return true;
      }
    }
    BatchPlan plan;
    Handle handle = database.views().open();
    try {
      Connection connection = handle.getConnection();
      connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      load(connection, batch, unsure);
      plan = plan(batch);
      // The store has the last word before anybody is told to send again.
      Set<LogKey> misfits = new HashSet<>(plan.misfits());
      misfits.removeAll(unsure);
      if (!misfits.isEmpty()) {
        load(connection, batch, misfits);
        plan = plan(batch);
      }
      if (!plan.changes().isEmpty() && !write(connection, plan)) {
        return false;
      }
    } finally {
      giveBack(handle);
    }
    finish(batch, plan);
    return true;
  }

  /** What was committed stays so, also when its connection breaks afterwards. */
  private static void giveBack(Handle handle) {
    try {
      handle.close();
    } catch (JdbiException e) {
      log.debug("a connection broke after its use", e);
    }
  }

  private BatchPlan plan(List<Waiting> batch) {
    return BatchPlan.of(batch, limits.sectionBytes(), clock.instant());
  }

  private void load(Connection connection, List<Waiting> batch, Set<LogKey> keys)
      throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    Map<LogKey, SectionState> states = store.load(connection, keys);
    Set<LogKey> learned = new HashSet<>();
    for (Waiting waiting : batch) {
      LogKey key = waiting.chunk().key();
      if (keys.contains(key) && learned.add(key)) {
        SectionState state = states.get(key);
        if (state == null) {
          waiting.hub().learnAbsence(key, SectionState.before(waiting.chunk()));
        } else {
          waiting.hub().learn(key, state);
        }
        doubts.remove(key);
      }
    }
  }

  private boolean write(Connection connection, BatchPlan plan) throws SQLException {
    boolean written = false;
    try {
      written = store.write(connection, plan);
      return written;
    } finally {
      if (!written) {
        plan.changes()
            .forEach(
                (key, change) -> {
                  change.hub().doubt(key, change.after());
                  if (change.hub().hasTails()) {
                    doubts.put(key, change.hub());
                  }
                });
      }
    }
  }

  private void finish(List<Waiting> batch, BatchPlan plan) {
    plan.changes().forEach((key, change) -> change.hub().committed(key, change.after()));
    storedBytes.add(plan.rows().stream().mapToLong(chunk -> chunk.lines().size()).sum());
    plan.shown().forEach(shown -> shown.hub().show(shown.chunk()));
    stored.accept(plan.changes().keySet());
    release(batch);
    List<CompletableFuture<Stored>> waiting = batch.stream().map(Waiting::answer).toList();
    List<BatchPlan.Outcome> outcomes = plan.outcomes();
    answers.execute(
        () -> {
          for (int i = 0; i < waiting.size(); i++) {
            CompletableFuture<Stored> answer = waiting.get(i);
            switch (outcomes.get(i)) {
              case BatchPlan.Outcome.Stands(var stored) -> answer.complete(stored);
              case BatchPlan.Outcome.Malformed(var reason) -> answer.completeExceptionally(reason);
            }
          }
        });
  }

  /** Live readers learn of commits nobody saw happen, also when nothing is sent again. */
  private void settleDoubts() {
    doubts.values().removeIf(hub -> !hub.hasTails());
    if (doubts.isEmpty()) {
      return;
    }
    try (Handle handle = database.views().open()) {
      handle.getConnection().setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      store
          .load(handle.getConnection(), doubts.keySet())
          .forEach(
              (key, state) -> {
                LogHub hub = doubts.get(key);
                if (hub != null) {
                  hub.learn(key, state);
                }
              });
      doubts.clear();
    } catch (SQLException | JdbiException e) {
      log.debug("PostgreSQL is still away", e);
    }
  }

  private void failAllThatWait(RuntimeException reason) {
    List<Waiting> all = new ArrayList<>();
    queue.drainTo(all);
    fail(all, reason);
  }

  private void fail(List<Waiting> batch, RuntimeException reason) {
    if (batch.isEmpty()) {
      return;
    }
    release(batch);
    List<CompletableFuture<Stored>> waiting = batch.stream().map(Waiting::answer).toList();
    Runnable failing = () -> waiting.forEach(answer -> answer.completeExceptionally(reason));
    if (answers.isShutdown()) {
      failing.run();
    } else {
      answers.execute(failing);
    }
  }

  private void release(List<Waiting> batch) {
    waitingBytes.addAndGet(-batch.stream().mapToLong(waiting -> size(waiting.chunk())).sum());
  }

  private static Unavailable unavailable(SQLException failure) {
    return new Unavailable("the log store does not answer; send the chunk again", failure);
  }

  /** Data that no store takes is its sender's fault; anything else is a fault of ours. */
  private static RuntimeException refused(SQLException failure) {
    String state = failure.getSQLState();
    return state.startsWith("22") || state.startsWith("23")
        ? new IllegalArgumentException("the chunk cannot be stored: drop its log", failure)
        : new IllegalStateException("PostgreSQL refuses a log chunk", failure);
  }

  /** Two batches of whole sections, or the one there is. */
  private static List<List<Waiting>> halves(List<Waiting> batch) {
    Map<LogKey, List<Waiting>> sections = new LinkedHashMap<>();
    for (Waiting waiting : batch) {
      sections.computeIfAbsent(waiting.chunk().key(), _ -> new ArrayList<>()).add(waiting);
    }
    if (sections.size() == 1) {
      return List.of(batch);
    }
    List<List<Waiting>> all = List.copyOf(sections.values());
    int middle = all.size() / 2;
    return List.of(flat(all.subList(0, middle)), flat(all.subList(middle, all.size())));
  }

  private static List<Waiting> flat(List<List<Waiting>> sections) {
    return sections.stream().flatMap(List::stream).toList();
  }

  /** What a failed write means. */
  private enum WriteFailure {
    /** It will do when tried again. */
    CONTENTION,
    /** A partition was dropped. */
    PARTITION_GONE,
    /** PostgreSQL is not there, or cannot write now. */
    AWAY,
    /** This very data is not taken. */
    REFUSED;

    static WriteFailure of(SQLException e) {
      return switch (String.valueOf(e.getSQLState())) {
        case "40001", "40P01" -> CONTENTION;
        case "23514" -> PARTITION_GONE;
        default -> DatabaseFailed.isAway(e) ? AWAY : REFUSED;
      };
    }
  }
}
