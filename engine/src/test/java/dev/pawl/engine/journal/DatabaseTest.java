package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DatabaseTest {
  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

  private final TestDatabase postgres;

  DatabaseTest(TestDatabase postgres) {
    this.postgres = postgres;
  }

  @BeforeEach
  void migrated() {
    postgres.open().close();
  }

  @Test
  void a_database_that_was_opened_before_opens_again_as_it_is() {
    try (Database database = postgres.open()) {
      assertThat(epochs(database)).containsExactly(1L);
      assertThat(ask(database, "SELECT count(*) FROM schema_history WHERE NOT success"))
          .isEqualTo("0");
    }
  }

  @Test
  void journal_connections_give_up_before_the_entities_do() throws SQLException {
    try (Database database = postgres.open();
        var connection = database.journal().getConnection();
        var statement = connection.createStatement()) {
      for (var setting :
          List.of(
              "statement_timeout=4s",
              "idle_in_transaction_session_timeout=4s",
              "lock_timeout=2s",
              "application_name=pawl journal")) {
        String[] parts = setting.split("=");
        try (var result = statement.executeQuery("SHOW " + parts[0])) {
          result.next();
          assertThat(result.getString(1)).as(parts[0]).isEqualTo(parts[1]);
        }
      }
    }
  }

  @Test
  void another_system_identifier_raises_the_epoch_of_what_is_written_from_then_on()
      throws SQLException {
    try (Database database = postgres.open()) {
      database
          .views()
          .useHandle(
              handle ->
                  handle.execute(
                      "UPDATE feed_epoch SET system_identifier = 42 WHERE epoch ="
                          + " (SELECT max(epoch) FROM feed_epoch)"));
    }
    try (Database database = postgres.open()) {
      List<Long> epochs = epochs(database);
      assertThat(ask(database, "SELECT raise_epoch()")).isEqualTo(epochs.getLast().toString());
      assertThat(
              ask(
                  database,
                  "SELECT column_default FROM information_schema.columns WHERE table_name ="
                      + " 'event_journal' AND column_name = 'epoch'"))
          .contains(epochs.getLast().toString());
      assertThat(epochs).hasSizeGreaterThan(1);
      postgres.execute(
          "UPDATE feed_epoch SET system_identifier = (pg_control_system()).system_identifier");
    }
  }

  @Test
  void one_that_does_not_answer_is_named_so() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    var settings =
        new DatabaseSettings("jdbc:postgresql://localhost:" + free + "/pawl", "u", "secret", 1, 1);
    assertThatThrownBy(() -> Database.open(settings, true, Duration.ZERO))
        .isInstanceOf(DatabaseUnusable.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_database_that_is_not_there_is_named_so() {
    var settings =
        new DatabaseSettings(
            postgres.url().replaceFirst("/t\\d", "/nowhere"),
            postgres.user(),
            postgres.password(),
            1,
            1);
    assertThatThrownBy(() -> Database.open(settings, true, Duration.ofMinutes(1)))
        .isInstanceOf(DatabaseUnusable.class)
        .hasMessageContaining("has no such database");
  }

  @Test
  void a_server_that_may_forget_is_refused_when_durability_is_required() throws SQLException {
    onDatabase("SET synchronous_commit = off");
    try {
      assertThatThrownBy(postgres::open)
          .isInstanceOf(DatabaseUnusable.class)
          .hasMessageContaining("synchronous_commit is off");
      Database.open(postgres.settings(), false).close();
    } finally {
      onDatabase("RESET synchronous_commit");
    }
  }

  @Test
  void a_read_only_server_is_refused() throws SQLException {
    onDatabase("SET default_transaction_read_only = on");
    try {
      assertThatThrownBy(postgres::open)
          .isInstanceOf(DatabaseUnusable.class)
          .hasMessageContaining("read-only");
    } finally {
      try (var connection = postgres.connect();
          var statement = connection.createStatement()) {
        statement.execute("SET default_transaction_read_only = off");
        statement.execute("ALTER DATABASE " + connection.getCatalog() + " RESET ALL");
      }
    }
  }

  @Test
  void the_schema_of_a_newer_build_is_refused() throws SQLException {
    postgres.execute(
        "INSERT INTO schema_history SELECT 999, '999', 'from the future', 'SQL',"
            + " 'V999__from_the_future.sql', 0, 'x', now(), 0, true");
    try {
      assertThatThrownBy(postgres::open)
          .isInstanceOf(DatabaseUnusable.class)
          .hasMessageContaining("newer build (999 from the future)");
    } finally {
      postgres.execute("DELETE FROM schema_history WHERE version = '999'");
    }
  }

  @Test
  void commands_on_record_that_name_no_project_are_listed_where_none_is_meant() throws Exception {
    postgres.execute("DROP INDEX audit_outcome");
    postgres.execute(
        """
        INSERT INTO audit (entity, key, project, at, principal, command, step, request_id, reason,
          state_before, state_after, outcome, refusal, message)
        SELECT p || '/x', 'k', p, now(), 'vic', 'StopRun', '', 'k', '', '', '', 'REFUSED', '', ''
        FROM unnest(ARRAY['', 'shop', 'Shop', '%', '0.a_b-c', 'b"c']) AS p
        """);
    postgres.execute(Files.readString(MIGRATIONS.resolve("V31__audit_of_few.sql")));
    try (Database database = postgres.open()) {
      assertThat(
              ask(
                  database,
                  "SELECT string_agg(entity || ' ' || project, ',' ORDER BY entity) FROM audit"))
          .isEqualTo("%/x -,/x -,0.a_b-c/x 0.a_b-c,Shop/x -,b\"c/x -,shop/x shop");
    } finally {
      postgres.execute("DELETE FROM audit");
    }
  }

  @Test
  void lists_leave_half_of_the_connections_to_the_others() throws Exception {
    try (Database database = postgres.open();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<String> done = new CompletableFuture<>();
      CountDownLatch looking = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        callers.execute(
            () ->
                database.look(
                    "",
                    _ -> {
                      looking.countDown();
                      return done.join();
                    }));
      }
      assertThat(looking.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(ask(database, "SELECT 1")).isEqualTo("1");
      assertThatThrownBy(() -> database.look("", _ -> "")).isInstanceOf(Unavailable.class);
      done.complete("");
    }
  }

  @Test
  void no_migration_builds_an_index_concurrently() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(Files.readString(file)).doesNotContainIgnoringCase("concurrently"));
    }
  }

  private void onDatabase(String what) throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      statement.execute("ALTER DATABASE " + connection.getCatalog() + " " + what);
    }
  }

  private static List<Long> epochs(Database database) {
    return database
        .views()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT epoch FROM feed_epoch ORDER BY epoch")
                    .mapTo(Long.class)
                    .list());
  }

  private static String ask(Database database, String sql) {
    return database.views().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }
}
