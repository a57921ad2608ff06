package dev.pawl.bench.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.bench.postgres.DatabaseCounters.Reading;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.startup.StartupFailure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DatabaseCountersTest {
  @Test
  void what_others_commit_is_counted() throws StartupFailure, IOException, SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.ephemeral();
        DatabaseCounters counters = DatabaseCounters.of(Postgres.of(postgres.directory()))) {
      Reading before = counters.read();
      try (Connection connection =
              DriverManager.getConnection(
                  postgres.jdbcUrl(), postgres.user(), postgres.password());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE event_journal (ordering bigint, payload text)");
        for (int i = 0; i < 50; i++) {
          statement.execute(
              "INSERT INTO event_journal VALUES (%d, repeat('x', 1000))".formatted(i));
        }
      }

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                Reading after = counters.read();
                assertThat(after.inserts()).containsEntry("event_journal", 50L);
                assertThat(after.allInserts() - before.allInserts()).isEqualTo(50);
                assertThat(after.commits() - before.commits()).isGreaterThanOrEqualTo(51);
                assertThat(after.journalBytes() - before.journalBytes()).isGreaterThan(50_000);
                assertThat(after.walBytes() - before.walBytes()).isGreaterThan(50_000);
                assertThat(after.statements()).isEmpty();
              });
    }
  }
}
