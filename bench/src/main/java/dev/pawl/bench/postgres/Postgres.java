package dev.pawl.bench.postgres;

import dev.pawl.bench.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The embedded PostgreSQL of a server.
 *
 * @param pid of the process that all others of it descend from
 */
public record Postgres(String url, String password, long pid) {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;

  /** Finds the PostgreSQL that runs on a server's data directory. */
  public static Postgres of(Path dataDirectory) throws IOException {
    List<String> postmaster =
        Files.readAllLines(dataDirectory.resolve("postgres").resolve("postmaster.pid"));
    return new Postgres(
        "jdbc:postgresql://127.0.0.1:%s/pawl?ApplicationName=pawl-bench&currentSchema=pawl"
            .formatted(postmaster.get(PORT_LINE).strip()),
        Files.readString(dataDirectory.resolve("password")).strip(),
        Long.parseLong(postmaster.get(PID_LINE).strip()));
  }

  /** Opens a connection that sees the server's schema; its batches are not rewritten. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, "pawl", password);
  }

  /** Fails unless an acknowledged commit is on the disk: a figure without that is none. */
  public static void requireFsync(Connection connection) throws SQLException {
    String fsync = text(connection, "SHOW fsync");
    if (!fsync.equals("on")) {
      throw new BenchFailure(
          1,
          "PostgreSQL says fsync is %s; a figure counts only with fsync on, so none is printed"
              .formatted(fsync));
    }
  }

  static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw new SQLException("no row: " + query);
      }
      return rows.getBigDecimal(1).longValue();
    }
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw new SQLException("no row: " + query);
      }
      return String.valueOf(rows.getString(1));
    }
  }
}
