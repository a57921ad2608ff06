package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.postgres.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * When PostgreSQL committed what readers were shown, as it says itself: the instant at which it
 * began to make the commit durable, so the write to the disk is part of what follows.
 */
final class CommitTimes implements AutoCloseable {
  /** The setting that the server's PostgreSQL must have been started with. */
  static final String SETTING = "track_commit_timestamp=on";

  private final Connection connection;

  private CommitTimes(Connection connection) {
    this.connection = connection;
  }

  static CommitTimes of(Postgres postgres) throws SQLException {
    CommitTimes times = new CommitTimes(postgres.connect());
    Postgres.requireFsync(times.connection);
    return times;
  }

  /** One fact: the entity's persistence id and its number there. */
  record FactKey(String entity, long sequence) {
    /** The fact behind an event of this entity. */
    static FactKey of(String resourceName, long sequence) {
      String[] parts = resourceName.split("/", -1);
      // projects/{p}/runs/{r}[/taskRuns/{t}/executions/{i}]
      return switch (parts.length) {
        case 4 -> new FactKey("run|" + parts[3], sequence);
        case 8 -> new FactKey("execution|" + parts[3] + "/" + parts[5] + "/" + parts[7], sequence);
        default -> throw new IllegalArgumentException("neither run nor execution: " + resourceName);
      };
    }
  }

  /** The commits of all facts of runs from a place of the journal on. */
  Map<FactKey, Instant> facts(long behindOrdering) throws SQLException {
    Map<FactKey, Instant> times = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT persistence_id, sequence_number, pg_xact_commit_timestamp(xid::xid)"
                + " FROM event_journal WHERE ordering > ?")) {
      statement.setLong(1, behindOrdering);
      statement.setFetchSize(10_000);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          times.put(new FactKey(row.getString(1), row.getLong(2)), instant(row, 3));
        }
      }
    }
    return times;
  }

  /** The newest place of the journal. */
  long ordering() throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT coalesce(max(ordering), 0) FROM event_journal");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The commits of the log of a run's only section, by the first line that each stored. */
  NavigableMap<Long, Instant> lines(String run) throws SQLException {
    NavigableMap<Long, Instant> times = new TreeMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT first_sequence, pg_xact_commit_timestamp(xmin) FROM log_chunk"
                + " WHERE run_id = ?")) {
      statement.setString(1, run.substring(run.lastIndexOf('/') + 1));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          times.put(row.getLong(1), instant(row, 2));
        }
      }
    }
    return times;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    if (time == null) {
      throw new BenchFailure(
          1, "PostgreSQL does not know a commit's time: it was started without " + SETTING);
    }
    return time.toInstant();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
