package dev.pawl.dev.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.dev.startup.StartupFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PostgresSettingsTest {
  @Test
  void postgres_is_started_with_the_settings_and_stays_durable() throws Exception {
    PostgresSettings settings =
        PostgresSettings.parse(
            List.of(
                "max_connections=17",
                "track_commit_timestamp=on",
                "shared_preload_libraries=pg_stat_statements"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.ephemeral(settings);
        Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
      assertThat(show(connection, "max_connections")).isEqualTo("17");
      assertThat(show(connection, "track_commit_timestamp")).isEqualTo("on");
      assertThat(show(connection, "fsync")).isEqualTo("on");
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE EXTENSION pg_stat_statements");
      }
    }
  }

  @Test
  void a_setting_that_postgres_does_not_know_is_named_in_its_own_words() {
    assertThatThrownBy(
            () -> EmbeddedPostgres.ephemeral(PostgresSettings.parse(List.of("no_such_thing=1"))))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("no_such_thing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fsync=off", "FSYNC=off", "synchronous-commit=off", "full_page_writes=off"})
  void what_keeps_acknowledged_commits_cannot_be_set(String assignment) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.parse(List.of(assignment)))
        .withMessageContaining("stays on: without it an acknowledged commit can be lost");
  }

  @Test
  void where_the_server_is_found_cannot_be_set() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.parse(List.of("listen_addresses=*")))
        .withMessageContaining("listen_addresses");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsync", "=on", "a b=on", ""})
  void what_is_no_assignment_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.parse(List.of(text)))
        .withMessageContaining("NAME=VALUE, not '" + text + "'");
  }

  private static String show(Connection connection, String setting) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
