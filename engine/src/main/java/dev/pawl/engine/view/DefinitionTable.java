package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Profile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table of workflows and of tasks that stand alone. */
final class DefinitionTable {
  static final String COLUMNS =
      "kind, project, name, status, version, hash, display_name, profile, folder, owners, labels,"
          + " task_count, creator, created_at, submitted_at, sequence";
  private static final String UPSERT =
      "INSERT INTO definition_view ("
          + COLUMNS
          + ") SELECT a, b, c, d, e, f, g, h, i, j::jsonb, k::jsonb, l, m, n::timestamptz,"
          + " o::timestamptz, p FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::int8[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int4[],"
          + " ?::text[], ?::text[], ?::text[], ?::int8[])"
          + " AS x(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)"
          + " ON CONFLICT (kind, project, name) DO UPDATE SET status = excluded.status,"
          + " version = excluded.version, hash = excluded.hash,"
          + " display_name = excluded.display_name, profile = excluded.profile,"
          + " folder = excluded.folder, owners = excluded.owners, labels = excluded.labels,"
          + " task_count = excluded.task_count, submitted_at = excluded.submitted_at,"
          + " sequence = excluded.sequence";

  private DefinitionTable() {}

  static void upsert(Connection connection, Collection<DefinitionRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      var columns = new ArrayColumns<>(connection, statement, List.copyOf(rows));
      columns.add("text", row -> row.id().kind().name());
      columns.add("text", row -> row.id().project());
      columns.add("text", row -> row.id().name());
      columns.add("text", row -> row.status().name());
      columns.add("int8", DefinitionRow::version);
      columns.add("text", DefinitionRow::hash);
      columns.add("text", DefinitionRow::displayName);
      columns.add("text", row -> row.profile().name());
      columns.add("text", DefinitionRow::folder);
      columns.add("text", row -> Json.write(row.owners()));
      columns.add("text", row -> Json.write(row.labels()));
      columns.add("int4", DefinitionRow::taskCount);
      columns.add("text", DefinitionRow::creator);
      columns.add("text", row -> row.createdAt().toString());
      columns.add("text", row -> row.submittedAt().toString());
      columns.add("int8", DefinitionRow::sequence);
      statement.executeUpdate();
    }
  }

  static Map<DefinitionId, DefinitionRow> load(Connection connection, Collection<DefinitionId> ids)
      throws SQLException {
    Map<DefinitionId, DefinitionRow> rows = HashMap.newHashMap(ids.size());
    if (ids.isEmpty()) {
      return rows;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM definition_view JOIN unnest(?::text[], ?::text[], ?::text[])"
                + " AS wanted(a, b, c) ON kind = a AND project = b AND name = c")) {
      var columns = new ArrayColumns<>(connection, statement, List.copyOf(ids));
      columns.add("text", id -> id.kind().name());
      columns.add("text", DefinitionId::project);
      columns.add("text", DefinitionId::name);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          DefinitionRow row = row(result);
          rows.put(row.id(), row);
        }
      }
    }
    return rows;
  }

  static DefinitionRow row(ResultSet row) throws SQLException {
    return new DefinitionRow(
        new DefinitionId(
            DefinitionKind.valueOf(row.getString("kind")),
            row.getString("project"),
            row.getString("name")),
        DefinitionStatus.valueOf(row.getString("status")),
        row.getLong("version"),
        row.getString("hash"),
        row.getString("display_name"),
        Profile.valueOf(row.getString("profile")),
        row.getString("folder"),
        Json.texts(row.getString("owners")),
        Json.labels(row.getString("labels")),
        row.getInt("task_count"),
        row.getString("creator"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("submitted_at", OffsetDateTime.class).toInstant(),
        row.getLong("sequence"));
  }
}
