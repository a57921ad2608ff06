package dev.pawl.engine.log;

import static dev.pawl.engine.log.LogFixture.CLOCK;
import static dev.pawl.engine.log.LogFixture.await;
import static dev.pawl.engine.log.LogFixture.key;
import static dev.pawl.engine.log.LogFixture.last;
import static dev.pawl.engine.log.LogFixture.newRun;
import static dev.pawl.engine.log.LogFixture.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.log.LogDays.Dropping;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who keeps a day of the log from being dropped, on a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class LogDaysTest {
  private static final LocalDate DAY = LocalDate.ofInstant(LogFixture.NOON, ZoneOffset.UTC);

  private final TestDatabase postgres;
  private final Database database;
  private final LogHubs logs;

  LogDaysTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
    this.database = postgres.open();
    this.logs = new LogHubs(database, CLOCK, LogNeighbours.NONE);
  }

  @BeforeEach
  void empty() throws SQLException {
    postgres.execute("DROP TABLE IF EXISTS " + LogPartitions.name(DAY));
  }

  @AfterEach
  void close() {
    logs.close();
    database.close();
  }

  private LogKey logged() throws Exception {
    LogKey key = key(newRun(), "load");
    await(logs.append(last(key, 1, 3)));
    return key;
  }

  /** A run that ended an hour ago. */
  private void ended(LogKey key) throws SQLException {
    postgres.execute(
        """
        INSERT INTO run_view (run_id, project, definition_kind, definition, definition_version,
          definition_hash, profile, status, ended, reason, initiator, labels, created_at, ended_at,
          steps_total, steps_succeeded, steps_failed, steps_terminated, steps_skipped, sequence)
        VALUES ('%s', 'shop', 'WORKFLOW', 'daily', 1, '', 'OFFLINE', 'SUCCEEDED', true, '', 'ann',
          '{}', now(), now() - interval '1 hour', 1, 1, 0, 0, 0, 1)
        """
            .formatted(key.execution().run().value()));
  }

  private Dropping drop(Optional<Duration> kept) {
    return database.with(connection -> LogDays.drop(connection, DAY, kept, () -> false));
  }

  @Test
  void a_run_that_ended_holds_its_day_for_as_long_as_logs_are_kept() throws Exception {
    LogKey key = logged();
    ended(key);

    assertThat(drop(Optional.of(Duration.ofHours(2)))).isEqualTo(Dropping.HELD);
    assertThat(readAll(logs, key)).isNotEmpty();
    assertThat(drop(Optional.of(Duration.ofMinutes(59)))).isEqualTo(Dropping.DROPPED);
    assertThat(readAll(logs, key)).isEmpty();
  }

  @Test
  void a_run_that_the_views_do_not_show_holds_its_day() throws Exception {
    ended(logged());
    LogKey unknown = logged();

    assertThat(drop(Optional.empty())).isEqualTo(Dropping.HELD);
    ended(unknown);
    assertThat(drop(Optional.empty())).isEqualTo(Dropping.DROPPED);
  }

  @Test
  void while_one_node_drops_another_leaves_it_to_that() throws Exception {
    ended(logged());
    try (Connection other = postgres.connect();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(7171, 48)");

      assertThat(drop(Optional.empty())).isEqualTo(Dropping.BUSY);
    }
  }

  @Test
  void a_day_that_somebody_reads_for_long_is_left_for_later_and_writers_go_on() throws Exception {
    ended(logged());
    try (Connection reader = postgres.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM log_chunk");

      assertThat(drop(Optional.empty())).isEqualTo(Dropping.BUSY);
      ended(logged());
      reader.rollback();
    }
    assertThat(drop(Optional.empty())).isEqualTo(Dropping.DROPPED);
    assertThat(drop(Optional.empty())).isEqualTo(Dropping.DROPPED);
  }
}
