package dev.pawl.bench.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What PostgreSQL has counted of itself until now. */
public final class DatabaseCounters implements AutoCloseable {
  private final Connection connection;

  private DatabaseCounters(Connection connection) {
    this.connection = connection;
  }

  /**
   * One reading. The counters of a busy connection reach the view within a second, those of an idle
   * one within ten.
   *
   * @param statements executed, when pg_stat_statements is installed
   */
  public record Reading(
      long nanos,
      long commits,
      Optional<Long> statements,
      Map<String, Long> inserts,
      long updates,
      long deletes,
      long journalBytes,
      long walBytes) {
    /** How long ago another was. */
    public double secondsSince(Reading earlier) {
      return (nanos - earlier.nanos()) / 1e9;
    }

    /** Rows that were inserted, updated or deleted. */
    public long rows() {
      return allInserts() + updates + deletes;
    }

    public long allInserts() {
      return inserts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Connects to it. */
  public static DatabaseCounters of(Postgres postgres) throws SQLException {
    return new DatabaseCounters(postgres.connect());
  }

  /** Has PostgreSQL count statements; it must have loaded pg_stat_statements when it started. */
  public void countStatements() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
    }
  }

  /** Reads them now. */
  public Reading read() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Map<String, Long> inserts = new TreeMap<>();
      long updates = 0;
      long deletes = 0;
      try (ResultSet tables =
          statement.executeQuery(
              "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables")) {
        while (tables.next()) {
          inserts.merge(tables.getString(1), tables.getLong(2), Long::sum);
          updates += tables.getLong(3);
          deletes += tables.getLong(4);
        }
      }
      return new Reading(
          System.nanoTime(),
          number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
          statements(),
          inserts,
          updates,
          deletes,
          number(
              "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_stat_user_tables"
                  + " WHERE relname LIKE 'event_journal%'"),
          number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"));
    }
  }

  private Optional<Long> statements() throws SQLException {
    if (number("SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'") == 0) {
      return Optional.empty();
    }
    return Optional.of(number("SELECT coalesce(sum(calls), 0) FROM public.pg_stat_statements"));
  }

  private long number(String query) throws SQLException {
    return Postgres.number(connection, query);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
