package dev.pawl.engine.clock;

import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.PersistenceIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The table of who must be woken when. */
public final class WakeTable {
  /** Rows are spread over so many slices. */
  static final int SLICES = 64;

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final String UPSERT =
      "INSERT INTO wake (entity_id, due_at, deadline, tries, slice) SELECT a, b::timestamptz,"
          + " c::timestamptz, 0, d FROM unnest(?::text[], ?::text[], ?::text[], ?::int4[])"
          + " AS x(a, b, c, d) ON CONFLICT (entity_id) DO UPDATE SET due_at = excluded.due_at,"
          + " deadline = excluded.deadline, tries = 0";
  // The wait doubles; a deadline to come is not put off. Who is locked has a new fact just now.
  private static final String PUT_OFF =
      "UPDATE wake SET tries = tries + 1, due_at = least(?::timestamptz + least("
          + WakeAt.RECHECK.toSeconds()
          + " * 2 ^ least(tries, 10), "
          + LONGEST.toSeconds()
          + ") * interval '1 second', CASE WHEN deadline > ? THEN deadline END)"
          + " WHERE entity_id IN (SELECT entity_id FROM wake WHERE entity_id = ANY (?)"
          + " FOR UPDATE SKIP LOCKED)";

  private WakeTable() {}

  /** The newest fact of an entity in a batch, and whether the batch begins with its first. */
  public record Latest(FeedEntry entry, boolean born) {}

  /** Writes down who owes something after these facts, and strikes out who no longer does. */
  public static void write(Connection connection, Collection<Latest> facts) throws SQLException {
    List<Row> owing = new ArrayList<>();
    List<String> done = new ArrayList<>();
    for (Latest latest : facts) {
      String entity = entity(latest.entry());
      Optional<Instant> due = WakeAt.of(latest.entry());
      if (due.isPresent()) {
        owing.add(new Row(entity, due.get(), WakeAt.deadline(latest.entry())));
      } else if (!latest.born()) {
        done.add(entity);
      }
    }
    if (!owing.isEmpty()) {
      upsert(connection, owing);
    }
    if (!done.isEmpty()) {
      try (PreparedStatement statement =
          connection.prepareStatement("DELETE FROM wake WHERE entity_id = ANY (?)")) {
        statement.setArray(1, connection.createArrayOf("text", done.toArray()));
        statement.executeUpdate();
      }
    }
  }

  private record Row(String entity, Instant due, Optional<Instant> deadline) {}

  private static void upsert(Connection connection, List<Row> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      statement.setArray(
          1, connection.createArrayOf("text", rows.stream().map(Row::entity).toArray()));
      statement.setArray(
          2,
          connection.createArrayOf(
              "text", rows.stream().map(row -> row.due().toString()).toArray()));
      statement.setArray(
          3,
          connection.createArrayOf(
              "text",
              rows.stream()
                  .map(row -> row.deadline().map(Instant::toString).orElse(null))
                  .toArray()));
      statement.setArray(
          4,
          connection.createArrayOf(
              "int4", rows.stream().map(row -> slice(row.entity())).toArray()));
      statement.executeUpdate();
    }
  }

  private static String entity(FeedEntry entry) {
    return switch (entry) {
      case FeedEntry.OfDefinition definition -> PersistenceIds.of(definition.id());
      case FeedEntry.OfLock lock -> PersistenceIds.of(lock.id());
      case FeedEntry.OfRun run -> PersistenceIds.of(run.id());
      case FeedEntry.OfExecution execution -> PersistenceIds.of(execution.id());
      case FeedEntry.OfOperation operation -> PersistenceIds.of(operation.id());
    };
  }

  static int slice(String entity) {
    return Math.floorMod(entity.hashCode(), SLICES);
  }

  /** Who is due in these slices, the longest due first, at most so many. */
  static List<String> due(Connection connection, int[] slices, Instant now, int max)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT entity_id FROM wake WHERE slice = ANY (?) AND due_at <= ?"
                + " ORDER BY due_at LIMIT ?")) {
      statement.setArray(1, connection.createArrayOf("int2", boxed(slices)));
      statement.setObject(2, at(now));
      statement.setInt(3, max);
      return strings(statement);
    }
  }

  /** When the next one in these slices is due. */
  static Optional<Instant> nextDue(Connection connection, int[] slices) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT min(due_at) FROM unnest(?) AS s(slice) CROSS JOIN LATERAL"
                + " (SELECT due_at FROM wake WHERE wake.slice = s.slice"
                + " ORDER BY due_at LIMIT 1) AS first")) {
      statement.setArray(1, connection.createArrayOf("int2", boxed(slices)));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
            .map(OffsetDateTime::toInstant);
      }
    }
  }

  /** All who owe something in these slices, behind a name, in the order of names. */
  static List<String> all(Connection connection, int[] slices, String after, int max)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT entity_id FROM wake WHERE entity_id > ? AND slice = ANY (?)"
                + " ORDER BY entity_id LIMIT ?")) {
      statement.setString(1, after);
      statement.setArray(2, connection.createArrayOf("int2", boxed(slices)));
      statement.setInt(3, max);
      return strings(statement);
    }
  }

  /** Those were woken: they are due again later, ever later the oftener they were. */
  static int putOff(Connection connection, Collection<String> entities, Instant now)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PUT_OFF)) {
      statement.setObject(1, at(now));
      statement.setObject(2, at(now));
      statement.setArray(3, connection.createArrayOf("text", entities.toArray()));
      return statement.executeUpdate();
    }
  }

  private static List<String> strings(PreparedStatement statement) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        strings.add(result.getString(1));
      }
    }
    return strings;
  }

  private static Object[] boxed(int[] slices) {
    Object[] boxed = new Object[slices.length];
    for (int i = 0; i < slices.length; i++) {
      boxed[i] = (short) slices[i];
    }
    return boxed;
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
