package dev.pawl.engine.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.engine.decider.TooWide;
import dev.pawl.engine.decider.Unavailable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, checked and migrated, with its pools: one that the journal writes with, one for
 * everything else, and a few connections that read the journal in the feed's order.
 *
 * <p>No statement and no idle transaction outlives what the entities wait for, so a write that was
 * given up has nearly always been rolled back. Each new connection to the journal raises the epoch
 * when the database is another one than before (see {@code raise_epoch} in the migrations).
 */
public final class Database implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofMillis(250);
  private static final int OLDEST = 15;
  private static final String SCHEMA = "pawl";
  private static final String SHORT =
      "-c statement_timeout=4000 -c idle_in_transaction_session_timeout=4000 -c lock_timeout=2000";
  private static final String LONG =
      "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=10000"
          + " -c lock_timeout=5000";
  // Without statistics PostgreSQL sorts or scans the whole journal instead of walking an index, and
  // keeps to such a plan.
  private static final String BY_INDEX = SHORT + " -c enable_seqscan=off -c enable_bitmapscan=off";
  // What a list is given by who waits for it.
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final String GIVEN_UP = "57014";
  // The feed's own, four for those who are further behind, and one that looks how it does.
  private static final int FEED_CONNECTIONS = 6;
  private static final int CONNECTION_MILLIS = 4_000;
  private static final String RAISE_EPOCH = "SELECT raise_epoch()";

  private final DatabaseSettings settings;
  private final HikariDataSource journal;
  private final HikariDataSource feed;
  private final HikariDataSource views;
  private final Jdbi jdbi;
  private final Semaphore looks;
  private final JournalCounts journalCounts = new JournalCounts();

  private Database(DatabaseSettings settings) {
    this.settings = settings;
    HikariConfig writing = pool("journal", settings, BY_INDEX, Duration.ofSeconds(10));
    writing.setMaximumPoolSize(settings.journalConnections());
    writing.setConnectionInitSql(RAISE_EPOCH);
    journal = new HikariDataSource(writing);
    HikariConfig reading = pool("feed", settings, BY_INDEX, Duration.ofSeconds(10));
    reading.setMaximumPoolSize(FEED_CONNECTIONS);
    reading.setMinimumIdle(1);
    reading.setConnectionInitSql(RAISE_EPOCH);
    feed = new HikariDataSource(reading);
    HikariConfig listing = pool("views", settings, LONG, Duration.ofSeconds(60));
    listing.setMaximumPoolSize(settings.viewConnections());
    views = new HikariDataSource(listing);
    jdbi = Jdbi.create(views);
    looks = new Semaphore(Math.max(1, settings.viewConnections() / 2), true);
  }

  /** Opens a database, waiting half a minute for one that does not answer yet. */
  public static Database open(DatabaseSettings settings, boolean requireDurability) {
    return open(settings, requireDurability, PATIENCE);
  }

  /**
   * Opens a database: checks that it can be used, brings its schema up to this build's.
   *
   * @param requireDurability refuse a server that may lose what it has committed
   * @param patience how long to wait for a server that does not answer yet
   * @throws DatabaseUnusable when it cannot be used
   */
  public static Database open(
      DatabaseSettings settings, boolean requireDurability, Duration patience) {
    PGSimpleDataSource source = source(settings, "pawl migration", "", Duration.ZERO);
    try (Connection connection = connect(settings, source, patience)) {
      check(settings, connection, requireDurability);
    } catch (SQLException e) {
      throw new DatabaseUnusable(
          "PostgreSQL at %s failed while it was checked: %s"
              .formatted(settings.url(), e.getMessage()),
          e);
    }
    migrate(settings, source);
    raiseEpoch(settings, source);
    return new Database(settings);
  }

  /** The pool that the journal writes with. */
  public DataSource journal() {
    return journal;
  }

  /** Connections that read the journal by the feed's index. */
  public DataSource feed() {
    return feed;
  }

  /** The pool of everything else. */
  public Jdbi views() {
    return jdbi;
  }

  /**
   * A new connection outside of all pools, for whoever keeps one: its locks are its session's.
   *
   * @param name as PostgreSQL shows it
   * @param options of the session, as {@code -c name=value ...}
   * @param socketTimeout after which an unanswered statement has failed
   */
  public Connection own(String name, String options, Duration socketTimeout) throws SQLException {
    return source(settings, "pawl " + name, options, socketTimeout).getConnection();
  }

  /** What this node's journal has stored in it. */
  public JournalCounts journalCounts() {
    return journalCounts;
  }

  /** How the pools are used now. */
  public List<PoolLoad> pools() {
    return Stream.of(journal, feed, views).map(PoolLoad::of).toList();
  }

  /** What is done on a connection. */
  public interface Work<T extends @Nullable Object> {
    T on(Connection connection) throws SQLException;
  }

  /** Does something on a connection of the pool of everything else, each statement by itself. */
  public <T extends @Nullable Object> T with(Work<T> work) {
    try (Connection connection = views.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new DatabaseFailed(e);
    }
  }

  /**
   * As {@link #with}, for somebody who can ask again.
   *
   * @throws Unavailable when PostgreSQL is away
   */
  public <T extends @Nullable Object> T ask(Work<T> work) {
    try (Connection connection = views.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw DatabaseFailed.toAsker(e);
    }
  }

  /**
   * As {@link #ask}, for somebody who looks at a list and may ask for less: a statement gets 5 s,
   * and half of the connections stay free for those who keep the node going.
   *
   * @param advice what to ask for instead, as the end of a sentence
   * @throws TooWide when a statement took longer
   */
  public <T extends @Nullable Object> T look(String advice, Work<T> work) {
    letLook();
    try (Connection connection = views.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL statement_timeout = " + LOOK.toMillis());
      }
      T seen = work.on(connection);
      connection.commit();
      return seen;
    } catch (SQLException e) {
      if (GIVEN_UP.equals(e.getSQLState())) {
        throw new TooWide(
            "the list took longer than %d s to make: %s".formatted(LOOK.toSeconds(), advice),
            new DatabaseFailed(e));
      }
      throw DatabaseFailed.toAsker(e);
    } finally {
      looks.release();
    }
  }

  private void letLook() {
    try {
      if (!looks.tryAcquire(CONNECTION_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new Unavailable(
            "too many lists are being made; ask again",
            new TimeoutException("no turn within %d ms".formatted(CONNECTION_MILLIS)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("the wait for a turn was interrupted; ask again", e);
    }
  }

  @Override
  public void close() {
    feed.close();
    views.close();
    journal.close();
  }

  private static HikariConfig pool(
      String name, DatabaseSettings settings, String options, Duration socketTimeout) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(PoolLoad.PREFIX + name);
    config.setDataSource(source(settings, "pawl " + name, options, socketTimeout));
    config.setConnectionTimeout(CONNECTION_MILLIS);
    config.setValidationTimeout(2_000);
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    // The pool fills in the background: a database that just went away is the users' problem, who
    // retry, and not the constructor's.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  private static PGSimpleDataSource source(
      DatabaseSettings settings, String name, String options, Duration socketTimeout) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(settings.url());
    source.setUser(settings.user());
    source.setPassword(settings.password());
    source.setApplicationName(name);
    source.setTcpKeepAlive(true);
    source.setReWriteBatchedInserts(true);
    // Else a failed write logs the whole row: facts hold what callers gave us.
    source.setLogServerErrorDetail(false);
    source.setConnectTimeout(5);
    source.setSocketTimeout((int) socketTimeout.toSeconds());
    if (source.getCurrentSchema() == null) {
      source.setCurrentSchema(SCHEMA);
    }
    String given = source.getOptions();
    source.setOptions(given == null ? options : given + " " + options);
    return source;
  }

  private static Connection connect(
      DatabaseSettings settings, PGSimpleDataSource source, Duration patience) {
    long start = System.nanoTime();
    boolean said = false;
    while (true) {
      try {
        return source.getConnection();
      } catch (SQLException e) {
        DatabaseUnusable unusable = explain(settings, e);
        boolean mayPass = unreachable(e);
        if (!mayPass || System.nanoTime() - start > patience.toNanos()) {
          throw unusable;
        }
        if (!said) {
          log.warn("{} Waiting {} s for it.", unusable.getMessage(), patience.toSeconds());
          said = true;
        }
        pause(unusable);
      }
    }
  }

  private static void pause(DatabaseUnusable unusable) {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unusable;
    }
  }

  private static boolean unreachable(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    // 08: no connection; 57P: starting, stopping; 53300: all of its connections are taken.
    return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
  }

  private static DatabaseUnusable explain(DatabaseSettings settings, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    String where = "PostgreSQL at " + settings.url();
    String what =
        switch (state) {
          case "28P01", "28000" ->
              "%s refuses user '%s': %s. Check user and password, and the server's pg_hba.conf."
                  .formatted(where, settings.user(), e.getMessage());
          case "3D000" ->
              "%s has no such database: %s. Create it first (createdb)."
                  .formatted(where, e.getMessage());
          case "53300" ->
              "%s has no free connection: %s. Raise its max_connections or close others."
                  .formatted(where, e.getMessage());
          case "57P03" -> "%s is not ready: %s.".formatted(where, e.getMessage());
          default ->
              unreachable(e)
                  ? "%s cannot be reached: %s. Check the address, and that it runs."
                      .formatted(where, e.getMessage())
                  : "%s refuses the connection: %s.".formatted(where, e.getMessage());
        };
    return new DatabaseUnusable(what, e);
  }

  private static void check(
      DatabaseSettings settings, Connection connection, boolean requireDurability)
      throws SQLException {
    String where = "PostgreSQL at " + settings.url();
    try (Statement statement = connection.createStatement()) {
      int version = Integer.parseInt(ask(statement, "SHOW server_version_num")) / 10_000;
      if (version < OLDEST) {
        throw new DatabaseUnusable(
            "%s is version %d, but at least %d is needed. Upgrade it."
                .formatted(where, version, OLDEST),
            null);
      }
      if (ask(statement, "SELECT pg_is_in_recovery()").equals("t")
          || ask(statement, "SHOW transaction_read_only").equals("on")) {
        throw new DatabaseUnusable(
            "%s is read-only (a standby, or default_transaction_read_only is on). Name the primary."
                .formatted(where),
            null);
      }
      if (requireDurability) {
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
          if (ask(statement, "SHOW " + setting).equals("off")) {
            throw new DatabaseUnusable(
                "%s may lose what it has committed: %s is off. Turn it on."
                    .formatted(where, setting),
                null);
          }
        }
      }
    }
  }

  private static String ask(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return String.valueOf(result.getString(1));
    }
  }

  private static void migrate(DatabaseSettings settings, PGSimpleDataSource source) {
    String schema = source.getCurrentSchema();
    Flyway flyway =
        Flyway.configure(Database.class.getClassLoader())
            .dataSource(source)
            .schemas(schema)
            .defaultSchema(schema)
            .table("schema_history")
            .locations("classpath:db/migration")
            .validateMigrationNaming(true)
            .load();
    try {
      for (MigrationInfo migration : flyway.info().applied()) {
        MigrationState state = migration.getState();
        if (state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED) {
          throw new DatabaseUnusable(
              "PostgreSQL at %s has the schema of a newer build (%s %s). Start that build, or a newer one."
                  .formatted(settings.url(), migration.getVersion(), migration.getDescription()),
              null);
        }
      }
      flyway.migrate();
    } catch (FlywayException e) {
      throw new DatabaseUnusable(
          "The schema '%s' of PostgreSQL at %s cannot be brought up to this build: %s"
              .formatted(schema, settings.url(), e.getMessage()),
          e);
    }
  }

  private static void raiseEpoch(DatabaseSettings settings, PGSimpleDataSource source) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '30s'");
      log.debug("the feed's epoch is {}", ask(statement, RAISE_EPOCH));
    } catch (SQLException e) {
      throw new DatabaseUnusable(
          "The epoch of PostgreSQL at %s cannot be raised: %s"
              .formatted(settings.url(), e.getMessage()),
          e);
    }
  }
}
