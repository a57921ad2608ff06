package dev.pawl.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.log.LogDays.Dropping;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How days of many chunks or attempts are looked at, on a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class LargeDaysTest {
  private static final LocalDate DAY = LocalDate.of(2020, 2, 29);
  private static final String PARTITION = LogPartitions.name(DAY);

  private final TestDatabase postgres;
  private final Connection connection;

  LargeDaysTest(TestDatabase postgres) throws SQLException {
    this.postgres = postgres;
    postgres.empty();
    this.connection = postgres.connect();
    new LogPartitions().ensure(connection, Set.of(DAY));
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    postgres.execute("DROP TABLE IF EXISTS " + PARTITION);
  }

  /** Chunks of so many runs with one attempt each; all have ended except as {@code open} says. */
  private void store(int runs, int chunks, String open) throws SQLException {
    execute(
        """
        INSERT INTO log_chunk
        SELECT 'run' || lpad(run::text, 5, '0'), 'a', 0, 1, DATE '%s', line, 1, ''::bytea, false,
          false
        FROM generate_series(1, %d) AS run, generate_series(1, %d) AS line;
        INSERT INTO run_view (run_id, project, definition_kind, definition, definition_version,
          definition_hash, profile, status, ended, reason, initiator, labels, created_at, ended_at,
          steps_total, steps_succeeded, steps_failed, steps_terminated, steps_skipped, sequence)
        SELECT DISTINCT run_id, 'p', 'WORKFLOW', 'w', 1, '', '', '', NOT (%s), '', '', '{}'::jsonb,
          now() - interval '9 days', now() - interval '8 days', 1, 1, 0, 0, 0, 1
        FROM log_chunk\
        """
            .formatted(DAY, runs, chunks, open));
  }

  private Dropping drop() throws SQLException {
    return LogDays.drop(connection, DAY, Optional.empty(), () -> false);
  }

  /** By the one session whose reads are counted. */
  private void execute(String sql) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** How many rows and index entries of the day were read so far. */
  private long read() throws SQLException {
    execute("SELECT pg_stat_force_next_flush()");
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT t.seq_tup_read + sum(i.idx_tup_read)
                FROM pg_stat_user_tables t JOIN pg_stat_user_indexes i USING (relid)
                WHERE t.relname = '%s' GROUP BY t.seq_tup_read\
                """
                    .formatted(PARTITION))) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void whether_a_day_may_go_is_known_without_reading_its_chunks() throws Exception {
    store(10, 5_000, "run_id = 'run00010'");
    long before = read();

    assertThat(drop()).isEqualTo(Dropping.HELD);
    assertThat(read() - before).isBetween(10L, 100L);

    execute("UPDATE run_view SET ended = true");
    assertThat(drop()).isEqualTo(Dropping.DROPPED);
    assertThat(drop()).isEqualTo(Dropping.DROPPED);
  }

  @Test
  void every_attempt_of_a_day_of_many_is_looked_at() throws Exception {
    store(2_500, 1, "run_id = 'run02500'");
    assertThat(drop()).isEqualTo(Dropping.HELD);
    execute("UPDATE run_view SET ended = true");
    assertThat(drop()).isEqualTo(Dropping.DROPPED);
  }

  @Test
  void a_node_that_leaves_leaves_the_day() throws Exception {
    store(1, 1, "false");
    assertThat(LogDays.drop(connection, DAY, Optional.empty(), () -> true))
        .isEqualTo(Dropping.BUSY);
  }
}
