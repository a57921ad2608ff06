package dev.pawl.engine.feed;

import dev.pawl.engine.journal.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The place that the feed has got to when it shows all that was being written at a moment. */
public final class Horizon {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(25);

  private Horizon() {}

  /**
   * The place behind which nothing lies that was written or being written when this was called.
   * Waits for the transactions that are open: seconds at most, as long as nobody holds one.
   */
  public static FeedPosition now(Database database) {
    try (Connection connection = database.feed().getConnection()) {
      long next = ask(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
      while (ask(connection, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
          < next) {
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        if (Thread.currentThread().isInterrupted()) {
          throw new IllegalStateException("interrupted while transactions were open");
        }
      }
      return JournalPages.head(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("the horizon of the journal cannot be read", e);
    }
  }

  private static long ask(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
