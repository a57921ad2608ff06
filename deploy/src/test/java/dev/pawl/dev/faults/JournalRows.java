package dev.pawl.dev.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Looks into a node's own PostgreSQL, past the node. */
final class JournalRows {
  private JournalRows() {}

  /** How many facts are stored. */
  static long count(Path data) throws IOException, SQLException {
    String url = "jdbc:postgresql://127.0.0.1:%s/pawl".formatted(postmaster(data).get(3));
    String password = Files.readString(data.resolve("password")).strip();
    try (Connection connection = DriverManager.getConnection(url, "pawl", password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM event_journal")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** The process id of PostgreSQL. */
  static long pid(Path data) throws IOException {
    return Long.parseLong(postmaster(data).getFirst().strip());
  }

  private static List<String> postmaster(Path data) throws IOException {
    return Files.readAllLines(data.resolve("postgres/postmaster.pid"));
  }
}
