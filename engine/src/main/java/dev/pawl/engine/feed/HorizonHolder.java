package dev.pawl.engine.feed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The oldest transaction that writes: the feed shows nothing that was stored after it began.
 *
 * @param application the name of its session, or of a transaction that was prepared and left
 * @param pid of the session; none for a prepared transaction
 * @param age as far as PostgreSQL tells our user
 */
public record HorizonHolder(String application, Optional<Integer> pid, Optional<Duration> age) {
  // Ages of transactions, since their numbers may have wrapped around.
  private static final String OLDEST =
      """
      SELECT name, pid, since FROM (
        SELECT application_name, pid, EXTRACT(epoch FROM clock_timestamp() - xact_start),
               age(backend_xid)
          FROM pg_stat_activity WHERE backend_xid IS NOT NULL
        UNION ALL
        SELECT 'prepared transaction ' || gid, NULL,
               EXTRACT(epoch FROM clock_timestamp() - prepared), age(transaction)
          FROM pg_prepared_xacts
      ) AS writing (name, pid, since, place)
      ORDER BY place DESC LIMIT 1
      """;

  /** The one that holds now, if anybody writes. */
  static Optional<HorizonHolder> now(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OLDEST);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      int pid = row.getInt(2);
      Optional<Integer> process = row.wasNull() ? Optional.empty() : Optional.of(pid);
      double seconds = row.getDouble(3);
      Optional<Duration> age =
          row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis((long) (seconds * 1e3)));
      return Optional.of(new HorizonHolder(row.getString(1), process, age));
    }
  }
}
