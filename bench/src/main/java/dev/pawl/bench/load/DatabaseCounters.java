package dev.pawl.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What PostgreSQL has counted of itself until now. */
final class DatabaseCounters implements AutoCloseable {
  private static final int PORT_LINE = 3;

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
  record Reading(
      long nanos,
      long commits,
      Optional<Long> statements,
      Map<String, Long> inserts,
      long updates,
      long deletes,
      long journalBytes,
      long walBytes) {
    double secondsSince(Reading earlier) {
      return (nanos - earlier.nanos()) / 1e9;
    }

    long allInserts() {
      return inserts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Connects to the embedded PostgreSQL of a server's data directory. */
  static DatabaseCounters embedded(Path dataDirectory) throws IOException, SQLException {
    String port =
        Files.readAllLines(dataDirectory.resolve("postgres").resolve("postmaster.pid"))
            .get(PORT_LINE)
            .strip();
    String password = Files.readString(dataDirectory.resolve("password")).strip();
    return new DatabaseCounters(
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:%s/pawl?ApplicationName=pawl-bench".formatted(port),
            "pawl",
            password));
  }

  Reading read() throws SQLException {
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
          number(
              statement,
              "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
          statements(statement),
          inserts,
          updates,
          deletes,
          number(
              statement,
              "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_stat_user_tables"
                  + " WHERE relname LIKE 'event_journal%'"),
          number(statement, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"));
    }
  }

  private static Optional<Long> statements(Statement statement) throws SQLException {
    if (number(statement, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'")
        == 0) {
      return Optional.empty();
    }
    return Optional.of(number(statement, "SELECT sum(calls) FROM pg_stat_statements"));
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      if (!result.next()) {
        throw new SQLException("no row: " + query);
      }
      return result.getBigDecimal(1).longValue();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
