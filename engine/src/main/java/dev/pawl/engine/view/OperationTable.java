package dev.pawl.engine.view;

import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.OperationCounts;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of operations. */
final class OperationTable {
  static final String COLUMNS =
      "operation_id, project, command, filter, items_hash, export_columns, request_id, body_hash,"
          + " initiator, request_reason, status, cancelling, total, begun, accepted, unchanged,"
          + " refused, unanswered, cancelled, attempt, reason, message, file_name, file_type,"
          + " file_attempt, file_chunks, file_size, file_rows, file_hash, file_expires_at,"
          + " created_at, ended_at, sequence";
  private static final String UPSERT =
      "INSERT INTO operation_view ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
          + " ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (operation_id) DO UPDATE SET status ="
          + " excluded.status, cancelling = excluded.cancelling, begun = excluded.begun, accepted ="
          + " excluded.accepted, unchanged = excluded.unchanged, refused = excluded.refused,"
          + " unanswered = excluded.unanswered, cancelled = excluded.cancelled, attempt ="
          + " excluded.attempt, reason = excluded.reason, message = excluded.message, file_name ="
          + " excluded.file_name, file_type = excluded.file_type, file_attempt ="
          + " excluded.file_attempt, file_chunks = excluded.file_chunks, file_size ="
          + " excluded.file_size, file_rows = excluded.file_rows, file_hash = excluded.file_hash,"
          + " file_expires_at = excluded.file_expires_at, ended_at = excluded.ended_at, sequence ="
          + " excluded.sequence";

  private OperationTable() {}

  static void upsert(Connection connection, Collection<OperationRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      for (OperationRow row : rows) {
        set(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void set(PreparedStatement statement, OperationRow row) throws SQLException {
    OperationHead head = row.head();
    OperationCounts counts = head.counts();
    Optional<OperationFile> file = head.file();
    Parameters next = new Parameters(statement);
    next.add(row.id().value());
    next.add(head.project());
    switch (head.work()) {
      case OperationWork.Command(var verb, var filter, var hash, _) -> {
        next.add(verb.name());
        next.add(filter);
        next.add(hash);
        next.add("");
      }
      case OperationWork.Export(var filter, var columns) -> {
        next.add(null);
        next.add(filter);
        next.add("");
        next.add(String.join(",", columns));
      }
    }
    next.add(head.origin().requestId());
    next.add(head.origin().bodyHash());
    next.add(head.origin().principal());
    next.add(head.origin().reason());
    next.add(head.status().name());
    next.add(head.cancelling());
    next.add(counts.total());
    next.add(counts.begun());
    next.add(counts.accepted());
    next.add(counts.unchanged());
    next.add(counts.refused());
    next.add(counts.unanswered());
    next.add(counts.cancelled());
    next.add(head.attempt());
    next.add(head.reason());
    next.add(head.message());
    next.add(file.map(OperationFile::name).orElse(null));
    next.add(file.map(OperationFile::contentType).orElse(null));
    next.add(file.map(OperationFile::attempt).orElse(0));
    next.add(file.map(OperationFile::chunks).orElse(0));
    next.add(file.map(OperationFile::size).orElse(0L));
    next.add(file.map(OperationFile::rows).orElse(0L));
    next.add(file.map(OperationFile::hash).orElse(null));
    next.add(file.map(OperationFile::expiresAt).map(OperationTable::utc).orElse(null));
    next.add(utc(head.createdAt()));
    next.add(head.endedAt().map(OperationTable::utc).orElse(null));
    next.add(head.sequence());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static final class Parameters {
    private final PreparedStatement statement;
    private int last;

    Parameters(PreparedStatement statement) {
      this.statement = statement;
    }

    void add(@Nullable Object value) throws SQLException {
      last++;
      statement.setObject(last, value);
    }
  }

  static Map<OperationId, OperationRow> load(Connection connection, Collection<OperationId> ids)
      throws SQLException {
    Map<OperationId, OperationRow> rows = HashMap.newHashMap(ids.size());
    if (ids.isEmpty()) {
      return rows;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT operation.* FROM unnest(?::text[]) AS wanted (id) CROSS JOIN LATERAL (SELECT "
                + COLUMNS
                + " FROM operation_view WHERE operation_id = wanted.id LIMIT 1) AS operation")) {
      statement.setArray(
          1, connection.createArrayOf("text", ids.stream().map(OperationId::value).toArray()));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          OperationRow row = row(result);
          rows.put(row.id(), row);
        }
      }
    }
    return rows;
  }

  static OperationRow row(ResultSet row) throws SQLException {
    String command = row.getString("command");
    int total = row.getInt("total");
    OperationWork work =
        command == null
            ? new OperationWork.Export(
                row.getString("filter"), List.of(row.getString("export_columns").split(",", -1)))
            : new OperationWork.Command(
                RunVerb.valueOf(command),
                row.getString("filter"),
                row.getString("items_hash"),
                total);
    return new OperationRow(
        new OperationId(row.getString("operation_id")),
        new OperationHead(
            row.getString("project"),
            work,
            new Cause.Command(
                row.getString("request_id"),
                row.getString("body_hash"),
                row.getString("initiator"),
                row.getString("request_reason")),
            OperationStatus.valueOf(row.getString("status")),
            row.getBoolean("cancelling"),
            new OperationCounts(
                total,
                row.getInt("begun"),
                row.getInt("accepted"),
                row.getInt("unchanged"),
                row.getInt("refused"),
                row.getInt("unanswered"),
                row.getInt("cancelled")),
            row.getInt("attempt"),
            row.getString("reason"),
            row.getString("message"),
            file(row),
            instant(row, "created_at").orElseThrow(),
            instant(row, "ended_at"),
            row.getLong("sequence")));
  }

  private static Optional<OperationFile> file(ResultSet row) throws SQLException {
    String name = row.getString("file_name");
    return name == null
        ? Optional.empty()
        : Optional.of(
            new OperationFile(
                name,
                row.getString("file_type"),
                row.getInt("file_attempt"),
                row.getInt("file_chunks"),
                row.getLong("file_size"),
                row.getLong("file_rows"),
                row.getString("file_hash"),
                instant(row, "file_expires_at").orElseThrow()));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
