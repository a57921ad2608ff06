package dev.pawl.engine.audit;

import dev.pawl.engine.journal.Cause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** The table of commands. */
public final class AuditTable {
  static final String COLUMNS =
      "entity, key, project, at, principal, command, step, request_id, reason, state_before,"
          + " state_after, outcome, refusal, message";
  // Rows from before V31 have the request id for a key: a fact that made one of them finds it
  // there.
  private static final String KEY_FROM_FACTS =
      "coalesce((SELECT old.key FROM audit AS old WHERE old.entity = a AND old.key = h AND old.at ="
          + " d::timestamptz AND old.outcome = 'ACCEPTED'), b)";
  private static final String KEY_FROM_GATEWAY = "b";
  private static final String INSERT =
      "INSERT INTO audit ("
          + COLUMNS
          + ") SELECT a, %s, c, d::timestamptz, e, f, g, h, i, j, k, l, m, n FROM unnest(?::text[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) AS x(a, b, c, d, e,"
          + " f, g, h, i, j, k, l, m, n) ON CONFLICT (entity, key) DO %s";
  // A later fact of a command that is known.
  private static final String FROM_FACTS =
      INSERT.formatted(KEY_FROM_FACTS, "UPDATE SET state_after = excluded.state_after");
  private static final String FROM_GATEWAY = INSERT.formatted(KEY_FROM_GATEWAY, "NOTHING");

  private static final String TELLS =
      "SELECT EXISTS (SELECT FROM audit WHERE entity = ? AND principal = ? AND command = ? AND"
          + " request_id = ? AND outcome = 'ACCEPTED')";
  // By jumps along the index: there are few projects and many rows.
  private static final String PROJECTS =
      """
      WITH RECURSIVE known AS (
        (SELECT project FROM audit ORDER BY project LIMIT 1)
        UNION ALL
        SELECT (SELECT project FROM audit WHERE project > known.project ORDER BY project LIMIT 1)
        FROM known WHERE known.project IS NOT NULL
      )
      SELECT project FROM known WHERE project IS NOT NULL
      """;
  private static final String LOCK = "SELECT pg_try_advisory_xact_lock(7171, 24)";
  private static final String FORGET =
      """
      DELETE FROM audit WHERE (entity, key) IN (
        SELECT entity, key FROM audit
        WHERE project = ? AND at < now() - make_interval(secs => ?)
        ORDER BY at, number LIMIT ?
      )
      """;

  private AuditTable() {}

  /** Writes down what facts tell: as often as they are read it comes to the same. */
  public static void accepted(Connection connection, Collection<AuditRow> rows)
      throws SQLException {
    write(connection, rows, FROM_FACTS);
  }

  /** Writes down what left no fact. */
  static void others(Connection connection, Collection<AuditRow> rows) throws SQLException {
    write(connection, rows, FROM_GATEWAY);
  }

  private static void write(Connection connection, Collection<AuditRow> rows, String insert)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    List<Function<AuditRow, String>> columns =
        List.of(
            AuditRow::entity,
            AuditRow::key,
            AuditRow::project,
            row -> row.at().toString(),
            AuditRow::principal,
            AuditRow::command,
            AuditRow::step,
            AuditRow::requestId,
            AuditRow::reason,
            AuditRow::before,
            AuditRow::after,
            row -> row.outcome().name(),
            AuditRow::refusal,
            AuditRow::message);
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      int parameter = 1;
      for (Function<AuditRow, String> column : columns) {
        statement.setArray(
            parameter++, connection.createArrayOf("text", rows.stream().map(column).toArray()));
      }
      statement.executeUpdate();
    }
  }

  /** Whether it is on record that this caller gave this command, and that it was accepted. */
  public static boolean tells(Connection connection, String entity, Cause.Command command)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TELLS)) {
      statement.setString(1, entity);
      statement.setString(2, command.principal());
      statement.setString(3, command.call().rpc());
      statement.setString(4, command.requestId());
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getBoolean(1);
      }
    }
  }

  /** The projects that have something on record. */
  static List<String> projects(Connection connection) throws SQLException {
    List<String> projects = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(PROJECTS);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        projects.add(result.getString(1));
      }
    }
    return projects;
  }

  /**
   * Deletes the oldest commands of a project that are older than they are kept, in a transaction of
   * its own.
   *
   * @return how many; empty when somebody else is at it
   */
  static OptionalInt forget(Connection connection, String project, Duration kept, int most)
      throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement lock = connection.prepareStatement(LOCK);
        ResultSet locked = lock.executeQuery()) {
      locked.next();
      if (!locked.getBoolean(1)) {
        connection.rollback();
        return OptionalInt.empty();
      }
    }
    try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
      forget.setString(1, project);
      forget.setDouble(2, (double) kept.toSeconds());
      forget.setInt(3, most);
      int deleted = forget.executeUpdate();
      connection.commit();
      return OptionalInt.of(deleted);
    }
  }

  static AuditRow row(ResultSet row) throws SQLException {
    return new AuditRow(
        row.getString("project"),
        row.getString("entity"),
        row.getString("key"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("principal"),
        row.getString("command"),
        row.getString("step"),
        row.getString("request_id"),
        row.getString("reason"),
        row.getString("state_before"),
        row.getString("state_after"),
        AuditOutcome.valueOf(row.getString("outcome")),
        row.getString("refusal"),
        row.getString("message"));
  }
}
