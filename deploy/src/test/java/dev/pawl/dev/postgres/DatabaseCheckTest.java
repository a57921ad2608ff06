package dev.pawl.dev.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.dev.startup.Ports;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseCheckTest {
  private EmbeddedPostgres postgres;

  @BeforeAll
  void start() throws StartupFailure {
    postgres = EmbeddedPostgres.ephemeral();
  }

  @AfterAll
  void stop() {
    postgres.close();
  }

  @AfterEach
  void reset() throws SQLException {
    execute("ALTER DATABASE pawl RESET ALL");
  }

  @Test
  void a_database_that_can_be_written_and_keeps_what_it_acknowledges_has_no_weakness()
      throws Exception {
    assertThat(DatabaseCheck.run(postgres.jdbcUrl(), postgres.user(), postgres.password()))
        .isEmpty();
  }

  @Test
  void settings_that_can_lose_an_acknowledged_commit_are_named() throws Exception {
    execute("ALTER DATABASE pawl SET synchronous_commit = off");
    assertThat(DatabaseCheck.run(postgres.jdbcUrl(), postgres.user(), postgres.password()))
        .containsExactly("synchronous_commit=off");
  }

  @Test
  void an_absent_database_server_is_unreachable() {
    refused(
        "jdbc:postgresql://127.0.0.1:" + Ports.free() + "/pawl",
        postgres.password(),
        Reason.DATABASE_UNREACHABLE,
        "Start PostgreSQL");
  }

  @Test
  void an_absent_database_is_named_with_the_way_out() {
    refused(
        "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/absent",
        postgres.password(),
        Reason.DATABASE_UNREACHABLE,
        "CREATE DATABASE");
  }

  @Test
  void a_wrong_password_is_refused_and_not_repeated() {
    assertThatThrownBy(
            () -> DatabaseCheck.run(postgres.jdbcUrl(), postgres.user(), "my-secret-guess"))
        .hasMessageContaining("password")
        .hasMessageNotContaining("my-secret-guess")
        .isInstanceOfSatisfying(
            StartupFailure.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.DATABASE_ACCESS_DENIED));
  }

  @Test
  void a_read_only_database_is_refused() throws Exception {
    execute("ALTER DATABASE pawl SET default_transaction_read_only = on");
    refused(
        postgres.jdbcUrl(),
        postgres.password(),
        Reason.DATABASE_READ_ONLY,
        "default_transaction_read_only is on");
  }

  private void refused(String url, String password, Reason reason, String words) {
    assertThatThrownBy(() -> DatabaseCheck.run(url, postgres.user(), password))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            StartupFailure.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private void execute(String statement) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres";
    try (Connection connection = DatabaseCheck.connect(url, postgres.user(), postgres.password());
        Statement executed = connection.createStatement()) {
      executed.execute(statement);
    }
  }
}
