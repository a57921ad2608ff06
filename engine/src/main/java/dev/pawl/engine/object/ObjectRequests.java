package dev.pawl.engine.object;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.journal.Cause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** The requests about objects that were acted on lately, with what each was answered. */
final class ObjectRequests {
  // What is stored stands: of a request that is known the update changes nothing, but waits for a
  // transaction that is at it, and keeps the row from being forgotten meanwhile. A row that was
  // inserted just now has no xmax.
  private static final String REMEMBER =
      """
      INSERT INTO object_request AS known
        (project, kind, name, request_id, body_hash, deleted_at, principal, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (project, kind, name, request_id) DO UPDATE SET at = known.at
      RETURNING xmax = 0, body_hash, deleted_at, principal, reason
      """;
  private static final String FORGET =
      """
      DELETE FROM object_request WHERE (project, kind, name, request_id) IN (
        SELECT project, kind, name, request_id FROM object_request
        WHERE at < now() - make_interval(secs => ?)
        ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED
      )
      """;

  private ObjectRequests() {}

  /**
   * A request that was acted on before.
   *
   * @param answer the object that it marked; empty when it took a mark back
   */
  record Known(String bodyHash, Optional<DeletedObject> answer) {}

  /**
   * Remembers a request, unless it is known.
   *
   * @param answer the object that it marks; empty when it takes a mark back
   * @return what is known of it; empty when it is new
   */
  static Optional<Known> remember(
      Connection connection,
      String project,
      ObjectName object,
      Cause.Command cause,
      Optional<DeletedObject> answer)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REMEMBER)) {
      statement.setString(1, project);
      statement.setString(2, object.kind());
      statement.setString(3, object.name());
      statement.setString(4, cause.requestId());
      statement.setString(5, cause.bodyHash());
      statement.setObject(
          6,
          answer.map(marked -> marked.deletedAt().atOffset(ZoneOffset.UTC)).orElse(null),
          Types.TIMESTAMP_WITH_TIMEZONE);
      statement.setString(7, cause.principal());
      statement.setString(8, cause.reason());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1) ? Optional.empty() : Optional.of(known(row, object));
      }
    }
  }

  private static Known known(ResultSet row, ObjectName object) throws SQLException {
    String principal = row.getString("principal");
    String reason = row.getString("reason");
    return new Known(
        row.getString("body_hash"),
        Optional.ofNullable(row.getObject("deleted_at", OffsetDateTime.class))
            .map(at -> new DeletedObject(object, at.toInstant(), principal, reason)));
  }

  /**
   * Forgets requests that are older than they are kept, by PostgreSQL's clock.
   *
   * @return how many
   */
  static int forget(Connection connection, Duration kept, int most) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
      statement.setDouble(1, (double) kept.toSeconds());
      statement.setInt(2, most);
      return statement.executeUpdate();
    }
  }
}
