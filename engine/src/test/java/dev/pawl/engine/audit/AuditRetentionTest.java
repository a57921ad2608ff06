package dev.pawl.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is deleted from the audit, on a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class AuditRetentionTest {
  private static final Duration KEPT = Duration.ofDays(400);

  private final TestDatabase postgres;
  private final Database database;

  AuditRetentionTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
    this.database = postgres.open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** Commands of a project, of so many days ago. */
  private void recorded(String project, int count, int daysAgo) throws SQLException {
    postgres.execute(
        """
        INSERT INTO audit (entity, key, project, at, principal, command, step, request_id, reason,
          state_before, state_after, outcome, refusal, message)
        SELECT 'projects/%1$s/runs/' || n, '%3$d', '%1$s', now() - make_interval(days => %3$d),
          'ann', 'StopRun', '', '', '', '', '', 'ACCEPTED', '', ''
        FROM generate_series(1, %2$d) AS n
        """
            .formatted(project, count, daysAgo));
  }

  private int onRecord(String project) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*) FROM audit WHERE project = '" + project + "'")) {
      result.next();
      return result.getInt(1);
    }
  }

  @Test
  void what_is_older_than_it_is_kept_goes_from_every_project_and_nothing_else() throws Exception {
    recorded("shop", 1_234, 401);
    recorded("shop", 3, 399);
    recorded("bank", 2, 500);
    recorded("bank", 1, 0);
    recorded("mint", 4, 1);

    try (var _ = AuditRetention.start(database, KEPT)) {
      await().until(() -> onRecord("shop") == 3 && onRecord("bank") == 1);
    }

    assertThat(onRecord("mint")).isEqualTo(4);
  }

  @Test
  void a_transaction_deletes_the_oldest_and_only_so_many() throws Exception {
    recorded("shop", 3, 401);
    recorded("shop", 3, 500);

    assertThat(forget(4)).hasValue(4);

    assertThat(onRecord("shop")).isEqualTo(2);
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet left = statement.executeQuery("SELECT DISTINCT key FROM audit")) {
      left.next();
      assertThat(left.getString(1)).isEqualTo("401");
    }
  }

  @Test
  void while_one_node_deletes_another_leaves_it_to_that() throws Exception {
    recorded("shop", 3, 401);
    try (Connection other = postgres.connect();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(7171, 24)");

      assertThat(forget(10)).isEmpty();
      assertThat(onRecord("shop")).isEqualTo(3);
    }

    await().until(() -> forget(10).equals(OptionalInt.of(3)));
  }

  private OptionalInt forget(int most) {
    return database.with(connection -> AuditTable.forget(connection, "shop", KEPT, most));
  }
}
