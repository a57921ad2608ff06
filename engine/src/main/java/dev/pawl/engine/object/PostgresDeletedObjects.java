package dev.pawl.engine.object;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.audit.AuditOutcome;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.engine.audit.AuditTable;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.Database.Work;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The objects that are gone, in a table of PostgreSQL. What is changed there goes on record in the
 * same transaction.
 */
public final class PostgresDeletedObjects implements DeletedObjects {
  /** The state that the record shows of an object that is gone. */
  private static final String DELETED = "DELETED";

  private static final String COLUMNS = "kind, name, deleted_at, principal, reason";

  // What is marked by this very call stays so, also when that was before calls were remembered.
  private static final String MARK =
      """
      INSERT INTO deleted_object AS known
        (project, kind, name, deleted_at, principal, reason, request_id)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (project, kind, name) DO UPDATE SET
        deleted_at = excluded.deleted_at, principal = excluded.principal,
        reason = excluded.reason, request_id = excluded.request_id
      WHERE known.request_id <> excluded.request_id
      """;
  private static final String UNMARK =
      "DELETE FROM deleted_object WHERE project = ? AND kind = ? AND name = ?";
  private static final String ONE =
      "SELECT "
          + COLUMNS
          + " FROM deleted_object WHERE project = ? AND kind = ? AND name = ? FOR UPDATE";
  private static final String PAGE =
      "SELECT "
          + COLUMNS
          + " FROM deleted_object WHERE project = ? AND (kind, name) > (?, ?)"
          + " ORDER BY kind, name LIMIT ?";
  private static final String AMONG =
      "SELECT "
          + COLUMNS
          + " FROM deleted_object WHERE project = ? AND (kind, name) IN"
          + " (SELECT * FROM unnest(?::text[], ?::text[]))";

  private final Database database;
  private final InstantSource clock;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();

  public PostgresDeletedObjects(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Answer<Told, ObjectRejection>> mark(
      String project, ObjectName object, Instant deletedAt, Cause.Command cause) {
    return once(
        project,
        object,
        cause,
        Optional.of(new DeletedObject(object, deletedAt, cause.principal(), cause.reason())),
        connection -> {
          Optional<DeletedObject> before = one(connection, project, object);
          boolean changed = insert(connection, project, object, deletedAt, cause) > 0;
          if (changed) {
            record(connection, project, object, cause, before.isPresent() ? DELETED : "", DELETED);
          }
          return new Told(
              one(connection, project, object),
              changed || AuditTable.tells(connection, entity(project, object), cause));
        });
  }

  @Override
  public CompletionStage<Answer<Told, ObjectRejection>> unmark(
      String project, ObjectName object, Cause.Command cause) {
    return once(
        project,
        object,
        cause,
        Optional.empty(),
        connection -> {
          boolean changed = delete(connection, project, object) > 0;
          if (changed) {
            record(connection, project, object, cause, DELETED, "");
          }
          return new Told(
              Optional.empty(),
              changed || AuditTable.tells(connection, entity(project, object), cause));
        });
  }

  /**
   * Does it in one transaction, for who may, and no second time when the call is repeated.
   *
   * @param answer the object that it marks; empty when it takes a mark back
   */
  private CompletionStage<Answer<Told, ObjectRejection>> once(
      String project,
      ObjectName object,
      Cause.Command cause,
      Optional<DeletedObject> answer,
      Work<Told> work) {
    if (!cause.call().rights().allow(Permission.MANAGE)) {
      return CompletableFuture.completedFuture(
          new Answer.Refused<>(new ObjectRejection.NotPermitted(Permission.MANAGE)));
    }
    return CompletableFuture.supplyAsync(
        () ->
            database.ask(
                connection -> {
                  connection.setAutoCommit(false);
                  Optional<ObjectRequests.Known> known =
                      ObjectRequests.remember(connection, project, object, cause, answer);
                  Answer<Told, ObjectRejection> told =
                      known.isPresent()
                          ? repeated(connection, known.get(), entity(project, object), cause)
                          : new Answer.Accepted<>(work.on(connection));
                  connection.commit();
                  return told;
                }),
        blocking);
  }

  private static Answer<Told, ObjectRejection> repeated(
      Connection connection, ObjectRequests.Known known, String entity, Cause.Command cause)
      throws SQLException {
    return known.bodyHash().equals(cause.bodyHash())
        ? new Answer.Accepted<>(
            new Told(known.answer(), AuditTable.tells(connection, entity, cause)))
        : new Answer.Refused<>(new ObjectRejection.RequestIdReused());
  }

  private static int insert(
      Connection connection,
      String project,
      ObjectName object,
      Instant deletedAt,
      Cause.Command cause)
      throws SQLException {
    try (PreparedStatement statement = about(connection, MARK, project, object)) {
      statement.setObject(4, deletedAt.atOffset(ZoneOffset.UTC));
      statement.setString(5, cause.principal());
      statement.setString(6, cause.reason());
      statement.setString(7, cause.requestId());
      return statement.executeUpdate();
    }
  }

  private static int delete(Connection connection, String project, ObjectName object)
      throws SQLException {
    try (PreparedStatement statement = about(connection, UNMARK, project, object)) {
      return statement.executeUpdate();
    }
  }

  private static Optional<DeletedObject> one(
      Connection connection, String project, ObjectName object) throws SQLException {
    try (PreparedStatement statement = about(connection, ONE, project, object)) {
      return read(statement).stream().findFirst();
    }
  }

  private static PreparedStatement about(
      Connection connection, String sql, String project, ObjectName object) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(1, project);
    statement.setString(2, object.kind());
    statement.setString(3, object.name());
    return statement;
  }

  private static String entity(String project, ObjectName object) {
    return "projects/%s/objects/%s".formatted(project, object);
  }

  private void record(
      Connection connection,
      String project,
      ObjectName object,
      Cause.Command cause,
      String before,
      String after)
      throws SQLException {
    Instant now = clock.instant();
    AuditTable.accepted(
        connection,
        List.of(
            new AuditRow(
                project,
                entity(project, object),
                AuditRow.acceptedKey(cause.requestId(), now),
                now,
                cause.principal(),
                cause.call().rpc(),
                "",
                cause.requestId(),
                cause.reason(),
                before,
                after,
                AuditOutcome.ACCEPTED,
                "",
                "")));
  }

  @Override
  public CompletionStage<List<DeletedObject>> list(
      String project, Optional<ObjectName> after, int size) {
    return asked(
        connection -> {
          try (PreparedStatement statement =
              about(connection, PAGE, project, after.orElse(new ObjectName("", "")))) {
            statement.setInt(4, size);
            return read(statement);
          }
        });
  }

  @Override
  public CompletionStage<Map<ObjectName, Instant>> among(
      String project, Collection<ObjectName> objects) {
    if (objects.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return asked(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(AMONG)) {
            statement.setString(1, project);
            statement.setArray(
                2,
                connection.createArrayOf("text", objects.stream().map(ObjectName::kind).toArray()));
            statement.setArray(
                3,
                connection.createArrayOf("text", objects.stream().map(ObjectName::name).toArray()));
            Map<ObjectName, Instant> gone = new HashMap<>();
            read(statement).forEach(one -> gone.put(one.object(), one.deletedAt()));
            return gone;
          }
        });
  }

  private <T> CompletionStage<T> asked(Work<T> work) {
    return CompletableFuture.supplyAsync(() -> database.ask(work), blocking);
  }

  private static List<DeletedObject> read(PreparedStatement statement) throws SQLException {
    List<DeletedObject> found = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        found.add(
            new DeletedObject(
                new ObjectName(row.getString("kind"), row.getString("name")),
                row.getObject("deleted_at", OffsetDateTime.class).toInstant(),
                row.getString("principal"),
                row.getString("reason")));
      }
    }
    return found;
  }
}
