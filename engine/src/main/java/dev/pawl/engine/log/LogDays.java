package dev.pawl.engine.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The days of which there is log, as partitions that can be dropped. */
final class LogDays {
  // Nobody's clock but PostgreSQL's: a node whose own is wrong drops nothing too early.
  private static final String DAYS =
      """
      SELECT day, coalesce(pg_total_relation_size(partition), 0) AS bytes,
        coalesce((day + 1)::timestamp AT TIME ZONE 'UTC'
          <= now() - make_interval(secs => ?), false) AS old,
        day >= (now() AT TIME ZONE 'UTC')::date - 1 AS recent
      FROM (
        SELECT c.oid AS partition, to_date(right(c.relname, 8), 'YYYYMMDD') AS day
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'log_chunk'::regclass AND c.relname ~ '^log_chunk_[0-9]{8}$'
      ) days
      ORDER BY day\
      """;
  private static final String LOCK = "SELECT pg_try_advisory_xact_lock(7171, 48)";
  // Sections that one statement looks at, however many chunks each has: it goes from one to the
  // next by the index, so that the largest day is no slower than its attempts are many.
  private static final int LOOKED_AT = 1_000;
  // A run that the views do not show holds its day too: they may be in the making.
  private static final String SECTIONS =
      """
      WITH RECURSIVE section AS (
        (SELECT run_id, task, execution_index, fence, 1 AS place FROM %1$s
          WHERE (run_id, task, execution_index, fence) > (?, ?, ?, ?)
          ORDER BY run_id, task, execution_index, fence LIMIT 1)
        UNION ALL
        SELECT n.*, s.place + 1 FROM section s CROSS JOIN LATERAL (
          SELECT c.run_id, c.task, c.execution_index, c.fence FROM %1$s c
          WHERE (c.run_id, c.task, c.execution_index, c.fence)
            > (s.run_id, s.task, s.execution_index, s.fence)
          ORDER BY c.run_id, c.task, c.execution_index, c.fence LIMIT 1) n
        WHERE s.place < %2$d)
      SELECT run_id, task, execution_index, fence,
        v.run_id IS NULL OR NOT v.ended
          OR coalesce(v.ended_at > now() - make_interval(secs => ?), false)
          OR coalesce(NOT l.ended AND v.ended_at > now() - make_interval(secs => ?), false) AS held
      FROM section LEFT JOIN run_view v USING (run_id)
        LEFT JOIN log_section l USING (run_id, task, execution_index, fence)
      ORDER BY place\
      """;
  // Without statistics PostgreSQL would rather read the whole day, or all runs.
  private static final String BY_INDEX =
      "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";
  // Whoever reads or writes log waits behind this.
  private static final String PATIENCE = "SET LOCAL lock_timeout = 300";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /**
   * So long after a run has ended the rest of its log is waited for: a worker that was out of reach
   * still has it.
   */
  private static final Duration REST = Duration.ofDays(2);

  private LogDays() {}

  /**
   * One day's log.
   *
   * @param old it ended longer ago than logs are kept
   * @param recent it is today or yesterday, or to come
   */
  record Day(LocalDate date, long bytes, boolean old, boolean recent) {}

  /** What came of dropping a day. */
  enum Dropping {
    DROPPED,
    /** A run of it has not ended, or not long enough ago; or the rest of its log may come. */
    HELD,
    /** Another node drops, somebody reads the day for long, or this node is about to leave. */
    BUSY
  }

  /** All days that have log, the oldest first. */
  static List<Day> all(Connection connection, Optional<Duration> kept) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DAYS)) {
      bind(statement, 1, kept);
      List<Day> days = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          days.add(
              new Day(
                  row.getObject("day", LocalDate.class),
                  row.getLong("bytes"),
                  row.getBoolean("old"),
                  row.getBoolean("recent")));
        }
      }
      return List.copyOf(days);
    }
  }

  /**
   * Drops a day, in a transaction of its own, unless a run that has log in it is still open, or may
   * still get the rest of it.
   *
   * @param kept how long every run of it must have ended before; empty: any time
   * @param leaving asked now and then: whether to leave the day for another time
   */
  static Dropping drop(
      Connection connection, LocalDate day, Optional<Duration> kept, BooleanSupplier leaving)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      Dropping dropping = dropLocked(connection, day, kept, leaving);
      connection.commit();
      return dropping;
    } catch (SQLException e) {
      connection.rollback();
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return Dropping.BUSY;
      }
      throw e;
    }
  }

  private static Dropping dropLocked(
      Connection connection, LocalDate day, Optional<Duration> kept, BooleanSupplier leaving)
      throws SQLException {
    String name = LogPartitions.name(day);
    try (Statement statement = connection.createStatement()) {
      if (!isTrue(statement.executeQuery(LOCK))) {
        return Dropping.BUSY;
      }
      if (!isTrue(statement.executeQuery("SELECT to_regclass('%s') IS NOT NULL".formatted(name)))) {
        return Dropping.DROPPED;
      }
      statement.execute(BY_INDEX);
    }
    Optional<Place> place = Optional.of(Place.BEGINNING);
    while (place.isPresent()) {
      if (leaving.getAsBoolean()) {
        return Dropping.BUSY;
      }
      Look look = look(connection, name, place.get(), kept);
      if (look.held()) {
        return Dropping.HELD;
      }
      place = look.next();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(PATIENCE);
      statement.execute("DROP TABLE " + name);
    }
    return Dropping.DROPPED;
  }

  /** A section, in the order of the index. */
  private record Place(String run, String task, int execution, long fence) {
    static final Place BEGINNING = new Place("", "", 0, 0);
  }

  /**
   * What some sections of a day say.
   *
   * @param next behind which there may be others
   */
  private record Look(boolean held, Optional<Place> next) {}

  private static Look look(
      Connection connection, String name, Place behind, Optional<Duration> kept)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(SECTIONS.formatted(name, LOOKED_AT))) {
      statement.setString(1, behind.run());
      statement.setString(2, behind.task());
      statement.setInt(3, behind.execution());
      statement.setLong(4, behind.fence());
      bind(statement, 5, kept);
      bind(statement, 6, Optional.of(REST));
      int sections = 0;
      Place last = behind;
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          if (row.getBoolean("held")) {
            return new Look(true, Optional.empty());
          }
          last =
              new Place(
                  row.getString("run_id"),
                  row.getString("task"),
                  row.getInt("execution_index"),
                  row.getLong("fence"));
          sections++;
        }
      }
      return new Look(false, sections < LOOKED_AT ? Optional.empty() : Optional.of(last));
    }
  }

  private static void bind(PreparedStatement statement, int at, Optional<Duration> duration)
      throws SQLException {
    if (duration.isPresent()) {
      statement.setDouble(at, (double) duration.get().toSeconds());
    } else {
      statement.setNull(at, Types.DOUBLE);
    }
  }

  private static boolean isTrue(ResultSet result) throws SQLException {
    try (result) {
      result.next();
      return result.getBoolean(1);
    }
  }
}
