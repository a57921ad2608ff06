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
  // A run that the views do not show holds its day too: they may be in the making.
  private static final String HELD =
      """
      SELECT EXISTS (
        SELECT FROM %s c LEFT JOIN run_view v USING (run_id)
        WHERE v.run_id IS NULL OR NOT v.ended
          OR coalesce(v.ended_at > now() - make_interval(secs => ?), false))\
      """;
  // Whoever reads or writes log waits behind this.
  private static final String PATIENCE = "SET LOCAL lock_timeout = 300";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

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
    /** A run of it has not ended, or not long enough ago. */
    HELD,
    /** Another node drops, or somebody reads the day for long. */
    BUSY
  }

  /** All days that have log, the oldest first. */
  static List<Day> all(Connection connection, Optional<Duration> kept) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DAYS)) {
      bind(statement, kept);
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
   * Drops a day, in a transaction of its own, unless a run that has log in it is still open.
   *
   * @param kept how long every run of it must have ended before; empty: any time
   */
  static Dropping drop(Connection connection, LocalDate day, Optional<Duration> kept)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      Dropping dropping = dropLocked(connection, day, kept);
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

  private static Dropping dropLocked(Connection connection, LocalDate day, Optional<Duration> kept)
      throws SQLException {
    String name = LogPartitions.name(day);
    try (Statement statement = connection.createStatement()) {
      if (!isTrue(statement.executeQuery(LOCK))) {
        return Dropping.BUSY;
      }
      if (!isTrue(statement.executeQuery("SELECT to_regclass('%s') IS NOT NULL".formatted(name)))) {
        return Dropping.DROPPED;
      }
    }
    try (PreparedStatement held = connection.prepareStatement(HELD.formatted(name))) {
      bind(held, kept);
      if (isTrue(held.executeQuery())) {
        return Dropping.HELD;
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(PATIENCE);
      statement.execute("DROP TABLE " + name);
    }
    return Dropping.DROPPED;
  }

  private static void bind(PreparedStatement statement, Optional<Duration> kept)
      throws SQLException {
    if (kept.isPresent()) {
      statement.setDouble(1, (double) kept.get().toSeconds());
    } else {
      statement.setNull(1, Types.DOUBLE);
    }
  }

  private static boolean isTrue(ResultSet result) throws SQLException {
    try (result) {
      result.next();
      return result.getBoolean(1);
    }
  }
}
