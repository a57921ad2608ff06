package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.node.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits until nothing happens any more: every run that is not paused has ended, the lists know of
 * it, and neither facts nor log lines have come for a while.
 */
final class Settling {
  private static final Duration STILL_FOR = Duration.ofSeconds(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final Database database;

  Settling(Database database) {
    this.database = database;
  }

  /** How much there is of everything. */
  private record Level(long facts, long runs, long listed, long open, long lines, long owing) {
    boolean quiet() {
      return listed == runs && open == 0 && owing == 0;
    }
  }

  /** Waits until all is quiet, or has been given up; says whether it is. */
  boolean await(Duration within) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    try (Connection connection = database.connect()) {
      Level last = level(connection);
      long since = System.nanoTime();
      while (!last.quiet() || System.nanoTime() - since < STILL_FOR.toNanos()) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        Level now = level(connection);
        if (!now.equals(last)) {
          last = now;
          since = System.nanoTime();
        }
      }
      return true;
    }
  }

  private static Level level(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT
                  (SELECT count(*) FROM event_journal),
                  (SELECT count(*) FROM event_journal
                    WHERE persistence_id LIKE 'run|%' AND sequence_number = 1),
                  (SELECT count(*) FROM run_view),
                  (SELECT count(*) FROM run_view WHERE NOT ended AND status <> 'PAUSED'),
                  (SELECT coalesce(sum(lines), 0)::bigint FROM log_section),
                  (SELECT count(*) FROM wake w
                    WHERE EXISTS (SELECT 1 FROM run_view r
                      WHERE r.run_id = split_part(w.entity_id, '/', 1)
                        -- A paused run that owes something continues by itself, or times out.
                        AND (r.ended OR r.status = 'PAUSED' AND r.run_id = w.entity_id)))
                """)) {
      rows.next();
      return new Level(
          rows.getLong(1),
          rows.getLong(2),
          rows.getLong(3),
          rows.getLong(4),
          rows.getLong(5),
          rows.getLong(6));
    }
  }
}
