package dev.pawl.engine.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The table of commands. */
public final class AuditTable {
  static final String COLUMNS =
      "entity, key, project, at, principal, command, step, request_id, reason, state_before,"
          + " state_after, outcome, refusal, message";
  private static final String INSERT =
      "INSERT INTO audit ("
          + COLUMNS
          + ") SELECT a, b, c, d::timestamptz, e, f, g, h, i, j, k, l, m, n FROM unnest(?::text[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) AS x(a, b, c, d, e,"
          + " f, g, h, i, j, k, l, m, n) ON CONFLICT (entity, key) ";
  // A later fact of a command that is known, or one that was believed to have changed nothing.
  private static final String FROM_FACTS =
      "DO UPDATE SET state_before = CASE audit.outcome WHEN 'ACCEPTED' THEN audit.state_before"
          + " ELSE excluded.state_before END, state_after = excluded.state_after, outcome ="
          + " excluded.outcome, refusal = '', message = ''";
  private static final String FROM_GATEWAY = "DO NOTHING";

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

  private static void write(Connection connection, Collection<AuditRow> rows, String onConflict)
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
    try (PreparedStatement statement = connection.prepareStatement(INSERT + onConflict)) {
      int parameter = 1;
      for (Function<AuditRow, String> column : columns) {
        statement.setArray(
            parameter++, connection.createArrayOf("text", rows.stream().map(column).toArray()));
      }
      statement.executeUpdate();
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
