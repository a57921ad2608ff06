package dev.pawl.engine.view;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The lists, from the rows that the {@link Projector} keeps. People get them within seconds or not
 * at all; for work in the background they take the time that they take.
 */
public final class PostgresViews implements Views {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int COUNTED = 10_000;
  private static final String NARROWER = "narrow its filter";
  private static final String WHOLE_ID = "give the whole id";
  // Many may want one at once, such as after the loss of a node: the others keep their connections.
  private static final int SNAPSHOTS_AT_ONCE = 3;

  private final Database database;
  private final Projector projector;
  private final Reading reading;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore snapshots = new Semaphore(SNAPSHOTS_AT_ONCE, true);

  /** Makes a list on a connection; with advice for who asked for too much. */
  private interface Reading {
    <T> T read(String advice, Database.Work<T> query);
  }

  private PostgresViews(Database database, Projector projector, Reading reading) {
    this.database = database;
    this.projector = projector;
    this.reading = reading;
  }

  /** For people, who are told what to ask for instead of what takes long. */
  public PostgresViews(Database database, Projector projector) {
    this(database, projector, database::look);
  }

  /** For work in the background. */
  public static PostgresViews forWork(Database database, Projector projector) {
    return new PostgresViews(
        database,
        projector,
        new Reading() {
          @Override
          public <T> T read(String advice, Database.Work<T> query) {
            return database.ask(query);
          }
        });
  }

  @Override
  public CompletionStage<Page<RunRow>> runs(
      String project, RunQuery query, List<Revision> atLeast) {
    RunKeys keys = new RunKeys(query.order());
    return async(
        () -> {
          await(atLeast);
          Instant asOf = projector.asOf();
          return reading.read(
              advice(query),
              connection -> {
                Where where = RunConditions.of(connection, project, query.filter());
                Where page = where.copy();
                String rest = keys.orderBy() + " LIMIT " + (query.size() + 1);
                boolean counted = false;
                switch (query.start()) {
                  case RunQuery.Start.First _ -> {}
                  case RunQuery.Start.Behind(var key) -> keys.behind(page, key);
                  case RunQuery.Start.Numbered(var number) -> {
                    rest += " OFFSET " + (number - 1L) * query.size();
                    counted = true;
                  }
                }
                List<RunRow> rows =
                    page.select(
                        connection,
                        "SELECT " + RunTable.COLUMNS + " FROM run_view",
                        rest,
                        RunTable::row);
                long total =
                    counted
                        ? where
                            .select(
                                connection,
                                "SELECT count(*) FROM run_view",
                                "",
                                row -> row.getLong(1))
                            .getFirst()
                        : count(connection, "run_view", where);
                return page(rows, query.size(), keys::text, total, asOf);
              });
        });
  }

  /** What makes a list of runs quicker. */
  private static String advice(RunQuery query) {
    List<String> advice = new ArrayList<>();
    advice.add("narrow its filter (to a workflow, what runs are about, or a time of creation)");
    if (query.start() instanceof RunQuery.Start.Numbered) {
      advice.add("go from page to page by token, not by number: that counts everything");
    }
    if (!query.order().equals(RunOrder.NEWEST)) {
      advice.add("take the usual order, the newest first: any other sorts everything");
    }
    return String.join("; or ", advice);
  }

  @Override
  public CompletionStage<Slice<RunRow>> slice(
      String project, RunFilter filter, Optional<String> afterKey, int size) {
    RunKeys keys = new RunKeys(RunOrder.NEWEST);
    return async(
        () ->
            read(
                connection -> {
                  Where where = RunConditions.of(connection, project, filter);
                  afterKey.ifPresent(key -> keys.behind(where, key));
                  List<RunRow> rows =
                      where.select(
                          connection,
                          "SELECT " + RunTable.COLUMNS + " FROM run_view",
                          keys.orderBy() + " LIMIT " + (size + 1),
                          RunTable::row);
                  return slice(rows, size, keys::text);
                }));
  }

  @Override
  public CompletionStage<Page<DefinitionRow>> definitions(
      DefinitionKind kind,
      String project,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    Where where = new Where("kind = ?", kind.name()).and("project = ?", project);
    Where page = where.copy();
    afterKey.ifPresent(key -> page.and("name > ?", key));
    return list(
        new Listing<>(
            "definition_view",
            DefinitionTable.COLUMNS,
            "name",
            DefinitionTable::row,
            row -> row.id().name()),
        where,
        page,
        size,
        atLeast);
  }

  @Override
  public CompletionStage<Page<LockRow>> locks(
      String project,
      LockFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    Where where = new Where("project = ?", project);
    filter.scope().ifPresent(scope -> where.and("scope = ?", scope));
    filter.key().ifPresent(key -> where.and("key = ? AND NOT whole_scope", key));
    filter.holder().ifPresent(run -> where.and("run_id = ?", run.value()));
    Where page = where.copy();
    afterKey
        .map(PostgresViews::lockOf)
        .ifPresent(
            lock ->
                page.and(
                    "(scope, NOT whole_scope, key) > (?, ?, ?)",
                    lock.scope(),
                    !lock.coversScope(),
                    lock.key().orElse("")));
    return list(
        new Listing<>(
            "lock_view",
            LockTable.COLUMNS,
            "scope, NOT whole_scope, key",
            LockTable::row,
            row -> keyOf(row.lock())),
        where,
        page,
        size,
        atLeast);
  }

  /**
   * How a view is listed in the one order that it has.
   *
   * @param key of a row, behind which the next page begins
   */
  private record Listing<T>(
      String view,
      String columns,
      String order,
      Where.RowReader<T> reader,
      Function<T, String> key) {}

  /**
   * A page of a view.
   *
   * @param all the rows that are counted
   * @param behind those of them from this page on
   */
  private <T> CompletionStage<Page<T>> list(
      Listing<T> listing, Where all, Where behind, int size, List<Revision> atLeast) {
    return async(
        () -> {
          await(atLeast);
          Instant asOf = projector.asOf();
          return reading.read(
              NARROWER,
              connection -> {
                List<T> rows =
                    behind.select(
                        connection,
                        "SELECT " + listing.columns() + " FROM " + listing.view(),
                        "ORDER BY " + listing.order() + " LIMIT " + (size + 1),
                        listing.reader());
                long total = count(connection, listing.view(), all);
                return page(rows, size, listing.key(), total, asOf);
              });
        });
  }

  private static String keyOf(LockName lock) {
    return lock.scope() + lock.key().map(key -> " " + key).orElse("");
  }

  private static LockName lockOf(String pageKey) {
    // A scope holds no space.
    int space = pageKey.indexOf(' ');
    return space < 0
        ? LockName.global(pageKey)
        : LockName.of(pageKey.substring(0, space), pageKey.substring(space + 1));
  }

  @Override
  public CompletionStage<List<RunId>> resolve(String project, String prefixOrSuffix, int max) {
    String text = RunConditions.escaped(prefixOrSuffix);
    String reversed = new StringBuilder(prefixOrSuffix).reverse().toString();
    return async(
        () ->
            reading.read(
                WHOLE_ID,
                connection ->
                    new Where("project = ?", project)
                        .and(
                            "(run_id LIKE ? OR reverse(run_id) COLLATE \"C\" LIKE ?)",
                            text + "%",
                            RunConditions.escaped(reversed) + "%")
                        .select(
                            connection,
                            "SELECT run_id FROM run_view",
                            "ORDER BY run_id LIMIT " + max,
                            row -> new RunId(row.getString(1)))));
  }

  @Override
  public CompletionStage<Page<OperationRow>> operations(
      String project,
      OperationFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    Where where = new Where("project = ?", project);
    if (!filter.statuses().isEmpty()) {
      where.and(
          "status = ANY (string_to_array(?, ','))",
          filter.statuses().stream().map(Enum::name).collect(Collectors.joining(",")));
    }
    if (!filter.initiator().isEmpty()) {
      where.and("initiator = ?", filter.initiator());
    }
    Where page = where.copy();
    afterKey
        .map(CreatedKey::of)
        .ifPresent(
            key ->
                page.and(
                    "(created_at, operation_id) < (?, ?)",
                    key.createdAt().atOffset(ZoneOffset.UTC),
                    key.id()));
    return list(
        new Listing<>(
            "operation_view",
            OperationTable.COLUMNS,
            "created_at DESC, operation_id DESC",
            OperationTable::row,
            row -> new CreatedKey(row.head().createdAt(), row.id().value()).text()),
        where,
        page,
        size,
        atLeast);
  }

  @Override
  public CompletionStage<List<OperationId>> resolveOperations(
      String project, String prefixOrSuffix, int max) {
    String text = RunConditions.escaped(prefixOrSuffix);
    return async(
        () ->
            reading.read(
                WHOLE_ID,
                connection ->
                    new Where("project = ?", project)
                        .and("(operation_id LIKE ? OR operation_id LIKE ?)", text + "%", "%" + text)
                        .select(
                            connection,
                            "SELECT operation_id FROM operation_view",
                            "ORDER BY operation_id LIMIT " + max,
                            row -> new OperationId(row.getString(1)))));
  }

  @Override
  public CompletionStage<Snapshot> snapshot(String project, SnapshotQuery query) {
    return async(
        () -> {
          snapshots.acquireUninterruptibly();
          try {
            return read(connection -> snapshot(connection, project, query));
          } finally {
            snapshots.release();
          }
        });
  }

  private static Snapshot snapshot(Connection connection, String project, SnapshotQuery query)
      throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    Where where = RunConditions.of(connection, project, query.filter());
    if (query.only().isEmpty()) {
      where.and("NOT ended");
    } else {
      where.and(
          "run_id = ANY (string_to_array(?, ','))",
          String.join(",", query.only().stream().map(RunId::value).toList()));
    }
    query
        .behind()
        .ifPresent(
            key ->
                where.and(
                    "(created_at, run_id) > (?, ?)",
                    key.createdAt().atOffset(ZoneOffset.UTC),
                    key.run().value()));
    List<RunRow> rows =
        where.select(
            connection,
            "SELECT " + RunTable.COLUMNS + " FROM run_view",
            "ORDER BY created_at, run_id LIMIT " + (query.size() + 1),
            RunTable::row);
    FeedPosition position = projected(connection);
    connection.commit();
    // The pool sets the connection back to what it was.
    if (rows.size() <= query.size()) {
      return new Snapshot(rows, Optional.empty(), position);
    }
    List<RunRow> shown = rows.subList(0, query.size());
    return new Snapshot(shown, Optional.of(SnapshotKey.of(shown.getLast())), position);
  }

  private static FeedPosition projected(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT epoch, xid, ordering FROM projection WHERE name = 'views'");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  /** Waits until the views show these revisions. */
  private void await(List<Revision> atLeast) {
    if (atLeast.isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Revision> open = new ArrayList<>(atLeast);
    while (true) {
      FeedPosition furthest = places(open);
      waitUntilPassed(furthest, deadline);
      if (open.isEmpty()) {
        return;
      }
      // Not stored, or not yet visible to this node's database connection.
      if (System.nanoTime() >= deadline) {
        throw new Unavailable(
            "the lists do not show what they were asked to wait for (%s); ask again"
                .formatted(open.getFirst()),
            new TimeoutException("after " + PATIENCE.toSeconds() + " s"));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /** Finds where revisions are in the feed, strikes out those found, gives the furthest place. */
  private FeedPosition places(List<Revision> open) {
    return read(
        connection -> {
          FeedPosition furthest = FeedPosition.BEGINNING;
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT epoch, xid::text::bigint, ordering FROM event_journal"
                      + " WHERE persistence_id = ? AND sequence_number = ?")) {
            var revisions = open.iterator();
            while (revisions.hasNext()) {
              Revision revision = revisions.next();
              statement.setString(1, revision.entity());
              statement.setLong(2, revision.sequence());
              try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                  FeedPosition place =
                      new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3));
                  furthest = place.compareTo(furthest) > 0 ? place : furthest;
                  revisions.remove();
                }
              }
            }
          }
          return furthest;
        });
  }

  private void waitUntilPassed(FeedPosition place, long deadline) {
    CompletableFuture<Void> passed = projector.passed(place).toCompletableFuture();
    try {
      passed.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      passed.cancel(false);
      throw new Unavailable("the lists are behind by more than 5 s; ask again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("the wait for the lists was interrupted; ask again", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the wait for the lists failed", e.getCause());
    }
  }

  private static long count(Connection connection, String table, Where where) throws SQLException {
    return where
        .select(
            connection,
            "SELECT count(*) FROM (SELECT FROM " + table,
            "LIMIT " + COUNTED + ") AS counted",
            row -> row.getLong(1))
        .getFirst();
  }

  private static <T> Page<T> page(
      List<T> rows, int size, Function<T, String> key, long total, Instant asOf) {
    Slice<T> shown = slice(rows, size, key);
    return new Page<>(shown.rows(), shown.next(), total, asOf);
  }

  /** The first rows, where one more was read to know whether there are others. */
  private static <T> Slice<T> slice(List<T> rows, int size, Function<T, String> key) {
    if (rows.size() <= size) {
      return new Slice<>(rows, Optional.empty());
    }
    List<T> shown = rows.subList(0, size);
    return new Slice<>(shown, Optional.of(key.apply(shown.getLast())));
  }

  private <T> T read(Database.Work<T> query) {
    return database.ask(query);
  }

  private <T> CompletionStage<T> async(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, blocking);
  }

  /** The key of a page of operations. */
  private record CreatedKey(Instant createdAt, String id) {
    static CreatedKey of(String text) {
      int space = text.indexOf(' ');
      if (space < 0) {
        throw new IllegalArgumentException("not the key of a page of operations: " + text);
      }
      return new CreatedKey(Instant.parse(text.substring(0, space)), text.substring(space + 1));
    }

    String text() {
      return createdAt + " " + id;
    }
  }
}
