package dev.pawl.engine.feed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reads the journal in the feed's order, up to the horizon: rows of an older epoch, and rows whose
 * transaction is older than every one that is still open.
 *
 * <p>A row behind the horizon can no longer appear before one that was read: this is what makes the
 * order total. Transaction numbers travel as text, since the driver does not know their type.
 */
final class JournalPages {
  private static final int FETCH = 500;
  private static final long PAGE_BYTES = 8L * 1024 * 1024;

  private static final String COLUMNS =
      "SELECT epoch, xid::text::bigint, ordering, persistence_id, sequence_number, event_ser_id,"
          + " event_ser_manifest, event_payload FROM event_journal ";
  private static final String OLDER_EPOCH =
      COLUMNS
          + "WHERE epoch = ? AND (xid, ordering) > (?::text::xid8, ?)"
          + " ORDER BY epoch, xid, ordering LIMIT ?";
  private static final String THIS_EPOCH =
      COLUMNS
          + "WHERE epoch = ? AND (xid, ordering) > (?::text::xid8, ?)"
          + " AND xid < pg_snapshot_xmin(pg_current_snapshot())"
          + " ORDER BY epoch, xid, ordering LIMIT ?";
  private static final String HEAD =
      "SELECT epoch, xid::text::bigint, ordering FROM event_journal"
          + " WHERE epoch = ? AND xid < pg_snapshot_xmin(pg_current_snapshot())"
          + " ORDER BY epoch DESC, xid DESC, ordering DESC LIMIT 1";
  private static final String HEAD_OF_OLDER =
      "SELECT epoch, xid::text::bigint, ordering FROM event_journal"
          + " WHERE epoch < ? ORDER BY epoch DESC, xid DESC, ordering DESC LIMIT 1";
  private static final String FIRST =
      COLUMNS + "WHERE persistence_id = ANY (?) AND sequence_number = 1";

  private static final String NEXT =
      "SELECT epoch, xid::text::bigint, ordering, write_timestamp,"
          + " xid >= pg_snapshot_xmin(pg_current_snapshot()) FROM event_journal"
          + " WHERE (epoch, xid, ordering) > (?, ?::text::xid8, ?)"
          + " ORDER BY epoch, xid, ordering LIMIT 1";

  private JournalPages() {}

  /**
   * Some rows.
   *
   * @param complete nothing was behind them
   */
  record Page(List<JournalRow> rows, boolean complete) {}

  /** The newest place below the horizon; the beginning when the journal is empty. */
  static FeedPosition head(Connection connection) throws SQLException {
    long epoch = epoch(connection);
    for (String sql : List.of(HEAD, HEAD_OF_OLDER)) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setLong(1, epoch);
        try (ResultSet row = statement.executeQuery()) {
          if (row.next()) {
            return position(row);
          }
        }
      }
    }
    return FeedPosition.BEGINNING;
  }

  /** The rows behind a place, at most so many, and about 8 MiB at most. */
  static Page page(Connection connection, FeedPosition after, int max) throws SQLException {
    // Only inside a transaction does the driver fetch in parts.
    connection.setAutoCommit(false);
    try {
      Page page = readPage(connection, after, max);
      connection.commit();
      connection.setAutoCommit(true);
      return page;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.rollback();
      } catch (SQLException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static Page readPage(Connection connection, FeedPosition after, int max)
      throws SQLException {
    List<JournalRow> rows = new ArrayList<>();
    long bytes = 0;
    FeedPosition from = after;
    // Read first, so that rows are held to be of an older epoch only when no more can join them.
    long current = epoch(connection);
    while (true) {
      boolean older = from.epoch() < current;
      try (PreparedStatement statement =
          connection.prepareStatement(older ? OLDER_EPOCH : THIS_EPOCH)) {
        statement.setFetchSize(FETCH);
        statement.setLong(1, from.epoch());
        statement.setString(2, Long.toString(from.xid()));
        statement.setLong(3, from.ordering());
        statement.setInt(4, max - rows.size());
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            JournalRow row = row(result);
            rows.add(row);
            bytes += row.payload().length;
            if (bytes >= PAGE_BYTES) {
              return new Page(rows, false);
            }
          }
        }
      }
      if (rows.size() >= max) {
        return new Page(rows, false);
      }
      if (!older) {
        return new Page(rows, true);
      }
      from = new FeedPosition(from.epoch() + 1, 0, 0);
    }
  }

  /** The first rows of these entities, as far as they are there. */
  static List<JournalRow> first(Connection connection, Collection<String> persistenceIds)
      throws SQLException {
    List<JournalRow> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(FIRST)) {
      statement.setArray(1, connection.createArrayOf("varchar", persistenceIds.toArray()));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(row(result));
        }
      }
    }
    return rows;
  }

  /**
   * The first row behind a place.
   *
   * @param held whether the horizon has not passed it
   */
  record Next(FeedPosition position, Instant writtenAt, boolean held) {}

  /** The first row behind a place, if there is any, whether or not the horizon has passed it. */
  static Optional<Next> next(Connection connection, FeedPosition after) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NEXT)) {
      statement.setLong(1, after.epoch());
      statement.setString(2, Long.toString(after.xid()));
      statement.setLong(3, after.ordering());
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Next(position(row), Instant.ofEpochMilli(row.getLong(4)), row.getBoolean(5)))
            : Optional.empty();
      }
    }
  }

  /** The retention floor; the beginning when nothing was ever deleted. */
  static FeedPosition floor(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT epoch, xid, ordering FROM feed_floor");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? position(row) : FeedPosition.BEGINNING;
    }
  }

  private static long epoch(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT max(epoch) FROM feed_epoch");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static FeedPosition position(ResultSet row) throws SQLException {
    return new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3));
  }

  private static JournalRow row(ResultSet row) throws SQLException {
    return new JournalRow(
        position(row),
        row.getString(4),
        row.getLong(5),
        row.getInt(6),
        row.getString(7),
        row.getBytes(8));
  }
}
