package dev.pawl.engine.view;

import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.lock.LockEvent;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The table of locks that are held. Facts come to it once each, in their order, so it needs no
 * memory of which it has seen.
 */
final class LockTable {
  static final String COLUMNS =
      "project, scope, whole_scope, key, run_id, initiator, since, version";

  // A run that goes on holding a lock has it since it first took it.
  private static final String TAKE =
      "INSERT INTO lock_view ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, scope, whole_scope, key)"
          + " DO UPDATE SET since = CASE WHEN lock_view.run_id = excluded.run_id THEN"
          + " lock_view.since ELSE excluded.since END, run_id = excluded.run_id,"
          + " initiator = excluded.initiator, version = excluded.version";

  private LockTable() {}

  static void apply(Connection connection, FeedEntry.OfLock entry) throws SQLException {
    LockId id = entry.id();
    switch (entry.fact().event()) {
      case LockEvent.Taken taken -> take(connection, entry, taken);
      case LockEvent.Released(var run) -> {
        try (PreparedStatement statement =
            connection.prepareStatement(
                "DELETE FROM lock_view WHERE project = ? AND scope = ? AND run_id = ?")) {
          statement.setString(1, id.project());
          statement.setString(2, id.scope());
          statement.setString(3, run.value());
          statement.executeUpdate();
        }
      }
      case LockEvent.Forced(var lock, _) -> {
        try (PreparedStatement statement =
            connection.prepareStatement(
                "DELETE FROM lock_view WHERE project = ? AND scope = ? AND whole_scope = ?"
                    + " AND key = ?")) {
          name(statement, id.project(), lock);
          statement.executeUpdate();
        }
      }
      case LockEvent.LossHeard _ -> {}
    }
  }

  private static void take(Connection connection, FeedEntry.OfLock entry, LockEvent.Taken taken)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      for (LockName lock : taken.locks()) {
        name(statement, entry.id().project(), lock);
        statement.setString(5, taken.run().value());
        statement.setString(6, taken.initiator());
        statement.setObject(7, entry.fact().at().atOffset(ZoneOffset.UTC));
        statement.setLong(8, entry.sequence());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void name(PreparedStatement statement, String project, LockName lock)
      throws SQLException {
    statement.setString(1, project);
    statement.setString(2, lock.scope());
    statement.setBoolean(3, lock.coversScope());
    statement.setString(4, lock.key().orElse(""));
  }

  static LockRow row(ResultSet row) throws SQLException {
    return new LockRow(
        row.getString("project"),
        new LockName(
            row.getString("scope"),
            row.getBoolean("whole_scope") ? Optional.empty() : Optional.of(row.getString("key"))),
        new RunId(row.getString("run_id")),
        row.getString("initiator"),
        row.getObject("since", OffsetDateTime.class).toInstant(),
        row.getLong("version"));
  }
}
