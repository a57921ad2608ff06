package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of runs. */
final class RunTable {
  static final String COLUMNS =
      "run_id, project, definition_kind, definition, definition_version, definition_hash, profile,"
          + " status, ended, reason, initiator, labels, created_at, ended_at, steps_total,"
          + " steps_succeeded, steps_failed, steps_terminated, steps_skipped, steps_rolled_back,"
          + " steps_rollback_failed, sequence, objects, started_at, parent";
  private static final String UPSERT =
      "INSERT INTO run_view ("
          + COLUMNS
          + ") SELECT a, b, c, d, e, f, g, h, i, j, k, l::jsonb, m::timestamptz, n::timestamptz, o,"
          + " p, q, r, s, t, u, v, w::jsonb, y::timestamptz, z FROM unnest(?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::int8[], ?::text[], ?::text[], ?::text[], ?::bool[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int4[], ?::int4[],"
          + " ?::int4[], ?::int4[], ?::int4[], ?::int4[], ?::int4[], ?::int8[], ?::text[],"
          + " ?::text[], ?::text[]) AS x(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s,"
          + " t, u, v, w, y, z) ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, ended"
          + " = excluded.ended, reason = excluded.reason, ended_at = excluded.ended_at,"
          + " steps_succeeded = excluded.steps_succeeded, steps_failed = excluded.steps_failed,"
          + " steps_terminated = excluded.steps_terminated, steps_skipped = excluded.steps_skipped,"
          + " steps_rolled_back = excluded.steps_rolled_back, steps_rollback_failed ="
          + " excluded.steps_rollback_failed, sequence = excluded.sequence, started_at ="
          + " excluded.started_at";

  private RunTable() {}

  static void upsert(Connection connection, Collection<RunRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    List<RunRow> all = List.copyOf(rows);
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      var columns = new ArrayColumns<>(connection, statement, all);
      columns.add("text", row -> row.id().value());
      columns.add("text", row -> row.definition().project());
      columns.add("text", row -> row.definition().kind().name());
      columns.add("text", row -> row.definition().name());
      columns.add("int8", RunRow::definitionVersion);
      columns.add("text", RunRow::definitionHash);
      columns.add("text", row -> row.profile().name());
      columns.add("text", row -> row.status().name());
      columns.add("bool", row -> row.status().ended());
      columns.add("text", RunRow::reason);
      columns.add("text", RunRow::initiator);
      columns.add("text", row -> Json.write(row.labels()));
      columns.add("text", row -> row.createdAt().toString());
      columns.add("text", row -> row.endedAt().map(Instant::toString).orElse(null));
      columns.add("int4", row -> row.steps().total());
      columns.add("int4", row -> row.steps().succeeded());
      columns.add("int4", row -> row.steps().failed());
      columns.add("int4", row -> row.steps().terminated());
      columns.add("int4", row -> row.steps().skipped());
      columns.add("int4", row -> row.steps().rolledBack());
      columns.add("int4", row -> row.steps().rollbackFailed());
      columns.add("int8", RunRow::sequence);
      columns.add("text", row -> Json.write(row.objects()));
      columns.add("text", row -> row.startedAt().map(Instant::toString).orElse(null));
      columns.add("text", row -> row.parent().map(ExecutionId::entityId).orElse(""));
      statement.executeUpdate();
    }
  }

  static Map<RunId, RunRow> load(Connection connection, Collection<RunId> ids) throws SQLException {
    Map<RunId, RunRow> rows = HashMap.newHashMap(ids.size());
    if (ids.isEmpty()) {
      return rows;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            // One by one, by the key: a plan for "= ANY" that was made while the table was small
            // goes
            // on to read all of it.
            "SELECT run.* FROM unnest(?::text[]) AS wanted (id) CROSS JOIN LATERAL (SELECT "
                + COLUMNS
                + " FROM run_view WHERE run_id = wanted.id LIMIT 1) AS run")) {
      statement.setArray(
          1, connection.createArrayOf("text", ids.stream().map(RunId::value).toArray()));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          RunRow row = row(result);
          rows.put(row.id(), row);
        }
      }
    }
    return rows;
  }

  static RunRow row(ResultSet row) throws SQLException {
    int total = row.getInt("steps_total");
    int succeeded = row.getInt("steps_succeeded");
    int failed = row.getInt("steps_failed");
    int terminated = row.getInt("steps_terminated");
    int skipped = row.getInt("steps_skipped");
    int rolledBack = row.getInt("steps_rolled_back");
    int rollbackFailed = row.getInt("steps_rollback_failed");
    return new RunRow(
        new RunId(row.getString("run_id")),
        new DefinitionId(
            DefinitionKind.valueOf(row.getString("definition_kind")),
            row.getString("project"),
            row.getString("definition")),
        row.getLong("definition_version"),
        row.getString("definition_hash"),
        Profile.valueOf(row.getString("profile")),
        RunStatus.valueOf(row.getString("status")),
        row.getString("reason"),
        row.getString("initiator"),
        Json.labels(row.getString("labels")),
        Json.objects(row.getString("objects")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        new StepCounts(
            total,
            total - succeeded - failed - terminated - skipped - rolledBack - rollbackFailed,
            0,
            succeeded,
            failed,
            terminated,
            skipped,
            rolledBack,
            rollbackFailed),
        row.getLong("sequence"),
        Optional.of(row.getString("parent"))
            .filter(parent -> !parent.isEmpty())
            .map(ExecutionId::of));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
