package dev.pawl.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.decider.TooWide;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The lists of the audit, on a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class PostgresAuditTest {
  private final TestDatabase postgres;
  private final Database database;
  private final PostgresAudit audit;

  PostgresAuditTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
    this.database = postgres.open();
    this.audit = new PostgresAudit(database, () -> Instant.EPOCH);
  }

  @AfterEach
  void close() {
    audit.close();
    database.close();
  }

  private void recorded(int count, String command, AuditOutcome outcome) throws SQLException {
    postgres.execute(
        """
        INSERT INTO audit (entity, key, project, at, principal, command, step, request_id, reason,
          state_before, state_after, outcome, refusal, message)
        SELECT 'projects/shop/runs/' || n, '%2$s %3$s', 'shop', now() - make_interval(secs => n),
          'ann', '%2$s', '', '', '', '', '', '%3$s', '', ''
        FROM generate_series(1, %1$d) AS n
        """
            .formatted(count, command, outcome));
  }

  private static AuditFilter of(Optional<String> command, Optional<AuditOutcome> outcome) {
    return new AuditFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        command,
        outcome,
        Optional.empty(),
        Optional.empty());
  }

  private Audit.Listed list(AuditFilter filter) throws Exception {
    return audit
        .list("shop", filter, Optional.empty(), 50)
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private long scans(String index) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '" + index + "'")) {
      result.next();
      return result.getLong(1);
    }
  }

  @Test
  void a_few_refusals_and_other_commands_among_many_starts_are_found_by_their_own_indexes()
      throws Exception {
    recorded(20_000, "StartRun", AuditOutcome.ACCEPTED);
    recorded(3, "StartRun", AuditOutcome.REFUSED);
    recorded(4, "StopRun", AuditOutcome.ACCEPTED);
    postgres.execute("ANALYZE audit");

    assertThat(list(of(Optional.empty(), Optional.of(AuditOutcome.REFUSED))).total()).isEqualTo(3);
    assertThat(list(of(Optional.of("StopRun"), Optional.empty())).total()).isEqualTo(4);

    // A session that ends has told what it did: each list is a page and a count.
    database.close();
    await()
        .untilAsserted(
            () -> {
              assertThat(scans("audit_outcome")).isEqualTo(2);
              assertThat(scans("audit_command")).isEqualTo(2);
            });
  }

  @Test
  void a_list_that_takes_too_long_is_given_up_with_word_of_what_narrows_it() throws Exception {
    recorded(1, "StopRun", AuditOutcome.ACCEPTED);
    postgres.execute("ALTER TABLE audit RENAME TO slow");
    postgres.execute("CREATE VIEW audit AS SELECT slow.* FROM slow, pg_sleep(60)");
    try {
      assertThatThrownBy(() -> list(AuditFilter.ALL))
          .cause()
          .isInstanceOf(TooWide.class)
          .hasMessage(
              "the list took longer than 5 s to make: narrow its filter, to what the commands were"
                  + " about, or to a principal, or to a time");
      assertThatThrownBy(
              () ->
                  list(
                      new AuditFilter(
                          Optional.of("projects/shop/runs/1"),
                          Optional.empty(),
                          Optional.of("ann"),
                          Optional.empty(),
                          Optional.empty(),
                          Optional.of(Instant.EPOCH),
                          Optional.of(Instant.now()))))
          .cause()
          .hasMessageEndingWith("narrow its filter, to a shorter time");
    } finally {
      postgres.execute("DROP VIEW audit");
      postgres.execute("ALTER TABLE slow RENAME TO audit");
    }
    assertThat(list(AuditFilter.ALL).total()).isEqualTo(1);
  }
}
