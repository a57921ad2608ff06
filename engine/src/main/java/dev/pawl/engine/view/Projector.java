package dev.pawl.engine.view;

import dev.pawl.engine.audit.AuditFold;
import dev.pawl.engine.audit.AuditTable;
import dev.pawl.engine.clock.WakeTable;
import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the views: reads the feed, folds each batch by entity, and writes one row for each entity,
 * together with the place it has got to.
 *
 * <p>Every node has one; the holder of an advisory lock works, the others watch how far it is. The
 * stored place is compared and locked by every batch, so that two that believe to hold the lock
 * cannot write the same facts twice.
 */
public final class Projector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Projector.class);

  private static final int BATCH = 4_000;
  // Rows and place are lost together when PostgreSQL dies, and made again from the journal: nobody
  // need wait for the disk.
  private static final String ASYNCHRONOUS = ", set_config('synchronous_commit', 'off', true)";
  private static final String LOCK = "SELECT pg_try_advisory_lock(7171, 2)";
  private static final String UNLOCK = "SELECT pg_advisory_unlock(7171, 2)";
  // A little gathers in this time: what begins and ends within it writes no row of its own. When
  // much happens more gathers, unless somebody waits to read it.
  private static final Duration GATHER = Duration.ofMillis(15);
  private static final Duration GATHER_MUCH = Duration.ofMillis(200);
  private static final int MUCH = 100;
  private static final Duration WATCHED = Duration.ofMillis(20);
  private static final Duration UNWATCHED = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofMillis(500);

  private final Database database;
  private final PostgresFeed feed;
  private final Function<String, ? extends CompletionStage<Plan>> plans;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Progress progress = new Progress(blocking);
  private final Thread thread;
  private final Set<String> unreadable = new HashSet<>();
  private volatile CompletableFuture<List<FeedEntry>> pending = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile boolean projecting;
  private volatile Instant asOf = Instant.EPOCH;

  private Projector(
      Database database,
      PostgresFeed feed,
      Function<String, ? extends CompletionStage<Plan>> plans) {
    this.database = database;
    this.feed = feed;
    this.plans = plans;
    this.thread = Thread.ofVirtual().name("pawl-projector").unstarted(this::work);
  }

  /**
   * Starts one.
   *
   * @param plans the plan of a hash: lists show names, labels and owners of definitions
   */
  public static Projector start(
      Database database,
      PostgresFeed feed,
      Function<String, ? extends CompletionStage<Plan>> plans) {
    Projector projector = new Projector(database, feed, plans);
    projector.thread.start();
    return projector;
  }

  /** Completes when everything in the feed up to this place is in the views. */
  public CompletionStage<Void> passed(FeedPosition place) {
    CompletionStage<Void> passed = progress.passed(place);
    LockSupport.unpark(thread);
    return passed;
  }

  /** Whether this node is the one that writes the views. */
  public boolean projecting() {
    return projecting;
  }

  /** The views show everything that was stored before this instant. */
  public Instant asOf() {
    Instant shown = feed.shownUntil();
    return progress.position().compareTo(feed.head()) >= 0 && shown.isAfter(asOf) ? shown : asOf;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    // Not by interrupting: that would break a connection of the pool.
    pending.complete(List.of());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    boolean down = false;
    while (!closed) {
      try (Handle own = database.views().open()) {
        if (own.createQuery(LOCK).mapTo(Boolean.class).one()) {
          projecting = true;
          try {
            lead(own);
          } finally {
            projecting = false;
            // The connection goes back to the pool; one that is broken has lost the lock by itself.
            if (!own.getConnection().isClosed()) {
              own.execute(UNLOCK);
            }
          }
        } else {
          watch(own);
        }
        down = false;
      } catch (InterruptedException e) {
        if (!closed) {
          log.warn("the projector was interrupted and goes on", e);
        }
      } catch (SQLException | RuntimeException e) {
        if (!down && !closed) {
          log.warn("the views stand still, trying again: {}", e.getMessage());
          log.debug("why the views stand still", e);
          down = true;
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  /** Looks how far the leader is, for a while. */
  private void watch(Handle own) throws SQLException {
    long start = System.nanoTime();
    while (!closed && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1)) {
      Place place = stored(own.getConnection(), false);
      asOf = place.asOf();
      progress.at(place.position());
      LockSupport.parkNanos((progress.awaited() ? WATCHED : UNWATCHED).toNanos());
    }
  }

  private void lead(Handle own) throws SQLException, InterruptedException {
    Place place = stored(own.getConnection(), false);
    asOf = place.asOf();
    progress.at(place.position());
    CompletableFuture<List<FeedEntry>> next = read();
    while (!closed) {
      List<FeedEntry> entries;
      try {
        entries = next.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        // Nothing happens: see that the lock is still held.
        own.execute("SELECT 1");
        continue;
      } catch (ExecutionException e) {
        throw new IllegalStateException("the feed cannot be read", e.getCause());
      }
      if (entries.isEmpty()) {
        // The feed was closed, and this will be or is.
        LockSupport.parkNanos(closed ? 0 : RETRY.toNanos());
        return;
      }
      if (!project(entries)) {
        log.warn("another projector wrote the views; stepping back");
        return;
      }
      gather(entries.size());
      next = read();
    }
  }

  private void gather(int before) {
    if (before == BATCH) {
      return;
    }
    Duration patience = before < MUCH ? GATHER : GATHER_MUCH;
    long start = System.nanoTime();
    while (!closed && !progress.awaited()) {
      long left = patience.toNanos() - (System.nanoTime() - start);
      if (left <= 0) {
        return;
      }
      LockSupport.parkNanos(left);
    }
  }

  private CompletableFuture<List<FeedEntry>> read() {
    CompletableFuture<List<FeedEntry>> next =
        feed.read(progress.position(), BATCH).toCompletableFuture();
    pending = next;
    return next;
  }

  private boolean project(List<FeedEntry> entries) throws SQLException {
    FeedPosition last = entries.getLast().position();
    Instant upTo = entries.getLast().readAt();
    Batch batch = new Batch(entries);
    boolean written =
        database
            .views()
            .inTransaction(
                handle -> {
                  Connection connection = handle.getConnection();
                  if (!stored(connection, true).position().equals(progress.position())) {
                    return false;
                  }
                  batch.write(connection);
                  store(connection, last, upTo);
                  return true;
                });
    if (written) {
      asOf = upTo;
      progress.at(last);
    }
    return written;
  }

  private record Place(FeedPosition position, Instant asOf) {}

  private static Place stored(Connection connection, boolean lock) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT epoch, xid, ordering, as_of%s FROM projection WHERE name = 'views'"
                        .formatted(lock ? ASYNCHRONOUS : "")
                    + (lock ? " FOR UPDATE" : ""));
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new Place(
          new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3)),
          row.getObject(4, OffsetDateTime.class).toInstant());
    }
  }

  private static void store(Connection connection, FeedPosition place, Instant asOf)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE projection SET epoch = ?, xid = ?, ordering = ?, as_of = ?"
                + " WHERE name = 'views'")) {
      statement.setLong(1, place.epoch());
      statement.setLong(2, place.xid());
      statement.setLong(3, place.ordering());
      statement.setObject(4, asOf.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  /** The facts of one batch, by entity. */
  private final class Batch {
    private final List<FeedEntry> entries;
    private final Map<String, WakeTable.Latest> latest = new LinkedHashMap<>();
    private final Map<String, ViewFold.Shown> shown = new HashMap<>();
    private final AuditFold commands = new AuditFold();

    Batch(List<FeedEntry> entries) {
      this.entries = entries;
      for (FeedEntry entry : entries) {
        commands.add(entry);
        // Before the transaction begins: a plan may have to be fetched.
        switch (entry) {
          case FeedEntry.OfRun run -> {
            String hash = run.header().definitionHash();
            shown.computeIfAbsent(hash, _ -> show(hash, run.header().definition().name()));
            note(PersistenceIds.of(run.id()), entry);
          }
          case FeedEntry.OfLock lock -> note(PersistenceIds.of(lock.id()), entry);
          case FeedEntry.OfExecution execution -> note(PersistenceIds.of(execution.id()), entry);
          case FeedEntry.OfDefinition definition -> {
            String hash = hash(definition);
            shown.computeIfAbsent(hash, _ -> show(hash, definition.id().name()));
          }
          case FeedEntry.OfOperation operation -> note(PersistenceIds.of(operation.id()), entry);
        }
      }
    }

    private void note(String entity, FeedEntry entry) {
      latest.merge(
          entity,
          new WakeTable.Latest(entry, entry.sequence() == 1),
          (before, _) -> new WakeTable.Latest(entry, before.born()));
    }

    void write(Connection connection) throws SQLException {
      Set<RunId> oldRuns = new HashSet<>();
      Set<DefinitionId> oldDefinitions = new HashSet<>();
      Set<OperationId> oldOperations = new HashSet<>();
      for (FeedEntry entry : entries) {
        switch (entry) {
          case FeedEntry.OfRun run -> oldRuns.add(run.id());
          case FeedEntry.OfDefinition definition -> oldDefinitions.add(definition.id());
          case FeedEntry.OfOperation operation -> oldOperations.add(operation.id());
          case FeedEntry.OfExecution execution when isFirstLease(execution) ->
              oldRuns.add(execution.id().run());
          case FeedEntry.OfExecution _, FeedEntry.OfLock _ -> {}
        }
      }
      Map<RunId, RunRow> before = RunTable.load(connection, oldRuns);
      Map<RunId, RunRow> runs = new HashMap<>(before);
      Map<DefinitionId, DefinitionRow> definitions =
          DefinitionTable.load(connection, oldDefinitions);
      Map<OperationId, OperationRow> operations = OperationTable.load(connection, oldOperations);
      for (FeedEntry entry : entries) {
        switch (entry) {
          case FeedEntry.OfRun run ->
              runs.put(
                  run.id(),
                  ViewFold.fold(
                      Optional.ofNullable(runs.get(run.id())),
                      run,
                      shown(run.header().definitionHash()).profile()));
          case FeedEntry.OfDefinition definition ->
              definitions.put(
                  definition.id(),
                  ViewFold.fold(
                      Optional.ofNullable(definitions.get(definition.id())),
                      definition,
                      shown(hash(definition))));
          case FeedEntry.OfOperation operation -> {
            OperationRow row = fold(operations.get(operation.id()), operation);
            operations.put(operation.id(), row);
            commands.add(operation, row.head().project());
          }
          case FeedEntry.OfExecution execution when isFirstLease(execution) ->
              runs.computeIfPresent(
                  execution.id().run(), (_, row) -> ViewFold.leased(row, execution.fact().at()));
          case FeedEntry.OfLock lock -> LockTable.apply(connection, lock);
          case FeedEntry.OfExecution _ -> {}
        }
      }
      runs.values().removeIf(row -> row.equals(before.get(row.id())));
      RunTable.upsert(connection, runs.values());
      DefinitionTable.upsert(connection, definitions.values());
      OperationTable.upsert(connection, operations.values());
      WakeTable.write(connection, latest.values());
      AuditTable.accepted(connection, commands.rows());
    }

    private ViewFold.Shown shown(String hash) {
      ViewFold.Shown known = shown.get(hash);
      if (known == null) {
        throw new IllegalStateException("the batch was begun without the plan " + hash);
      }
      return known;
    }
  }

  /** Whether a step of a run may begin: what is leased again began before. */
  private static boolean isFirstLease(FeedEntry.OfExecution entry) {
    return entry.fact().event() instanceof ExecutionEvent.Leased leased
        && (entry.sequence() == 1 || leased.fence() == 1);
  }

  /** The operation's row after the fact; unchanged by a fact that it shows already. */
  private static OperationRow fold(@Nullable OperationRow row, FeedEntry.OfOperation entry) {
    return row != null && entry.sequence() <= row.head().sequence()
        ? row
        : new OperationRow(
            entry.id(),
            OperationHead.after(Optional.ofNullable(row).map(OperationRow::head), entry.fact()));
  }

  private static String hash(FeedEntry.OfDefinition entry) {
    return switch (entry.fact().event()) {
      case DefinitionEvent.Submitted submitted -> submitted.hash();
    };
  }

  /**
   * What lists show of a definition's content. Content that cannot be read does not stop the views
   * of everything else: its rows show the name alone.
   */
  private ViewFold.Shown show(String hash, String name) {
    try {
      Plan plan = plans.apply(hash).toCompletableFuture().join();
      return new ViewFold.Shown(
          plan.displayName(),
          plan.profile(),
          plan.folder(),
          plan.owners(),
          plan.labels(),
          plan.tasks().size());
    } catch (CompletionException e) {
      if (isOfDatabase(e)) {
        throw e;
      }
      if (unreadable.add(hash)) {
        log.error("the definition {} (content {}) cannot be read for the lists", name, hash, e);
      }
      return new ViewFold.Shown(name, Profile.OPS, "", List.of(), Map.of(), 0);
    }
  }

  private static boolean isOfDatabase(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException) {
        return true;
      }
    }
    return false;
  }
}
