package dev.pawl.engine.postgres;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A fresh database of a test class; a parameter of its constructor, methods or life-cycle. */
public record TestDatabase(String url, String user, String password) {
  private static final Set<String> MIGRATED = ConcurrentHashMap.newKeySet();
  private static final List<String> FILLED =
      List.of(
          "event_journal",
          "snapshot",
          "run_view",
          "definition_view",
          "wake",
          "feed_floor",
          "operation_view",
          "operation_file",
          "lock_view",
          "audit",
          "deleted_object",
          "object_request");

  public DatabaseSettings settings() {
    return new DatabaseSettings(url, user, password, 6, 6);
  }

  /** Opens and migrates it. */
  public Database open() {
    return Database.open(settings(), true, Duration.ofSeconds(20));
  }

  /** Migrates it and takes everything out that is in it: no entity of an earlier test is left. */
  public void empty() {
    if (MIGRATED.add(url)) {
      open().close();
    }
    try {
      // Little is in them: new files for each would take longer.
      execute(
          FILLED.stream().map("DELETE FROM %s;"::formatted).collect(Collectors.joining())
              + "UPDATE projection SET epoch = 0, xid = 0, ordering = 0, as_of = 'epoch'");
    } catch (SQLException e) {
      throw new IllegalStateException("the test's database cannot be emptied", e);
    }
  }

  /** A connection of one's own, in the engine's schema. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        url + (url.contains("?") ? "&" : "?") + "currentSchema=pawl", user, password);
  }

  /** Runs one statement. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
