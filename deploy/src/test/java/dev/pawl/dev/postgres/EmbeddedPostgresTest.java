package dev.pawl.dev.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedPostgresTest {
  @TempDir private Path temporary;

  @Test
  void it_is_durable_and_listens_on_loopback_only_by_its_own_account() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(temporary.resolve("data"))) {
      assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(postgres, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(postgres, "SHOW unix_socket_directories")).isEmpty();
      assertThat(query(postgres, "SHOW server_version")).startsWith("18.");
      assertThat(
              query(
                  postgres, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"))
          .isEqualTo("scram-sha-256");
    }
  }

  @Test
  void nobody_enters_with_another_password_or_none() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(temporary.resolve("data"))) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "guess"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), ""))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void the_password_is_readable_by_its_owner_only_and_stands_in_no_log() throws Exception {
    Path data = temporary.resolve("data");
    String password;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      password = postgres.password();
      assertThat(postgres.toString()).doesNotContain(password);
      assertThatThrownBy(() -> query(postgres, "SELECT broken")).isInstanceOf(SQLException.class);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("password"))))
        .isEqualTo("rw-------");
    assertThat(Files.readString(data.resolve("password")).strip()).isEqualTo(password);
    assertThat(password).hasSizeGreaterThanOrEqualTo(32);
    assertThat(Files.readString(data.resolve("postgres.log")))
        .contains("broken")
        .doesNotContain(password);
  }

  @Test
  void data_is_there_after_a_stop_and_a_start() throws Exception {
    Path data = temporary.resolve("data");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      write(postgres, "kept");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      assertThat(query(postgres, "SELECT word FROM kept")).isEqualTo("kept");
    }
  }

  @Test
  void a_second_server_on_the_same_directory_is_refused_and_does_not_harm_the_first()
      throws Exception {
    Path data = temporary.resolve("data");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      assertThatThrownBy(() -> EmbeddedPostgres.persistent(data))
          .isInstanceOfSatisfying(
              StartupFailure.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.DATA_DIRECTORY_IN_USE);
                assertThat(e).hasMessageContaining(data.toString());
                assertThat(e)
                    .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
              });
      Process second = hold(data.toString());
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(output(second)).contains("in use by process " + ProcessHandle.current().pid());
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void the_postgres_that_a_killed_server_left_is_stopped_and_its_data_taken_over()
      throws Exception {
    Path data = temporary.resolve("data");
    Process holder = hold(data.toString());
    long orphan = Long.parseLong(firstLine(holder).split(" ")[0]);
    kill(holder.toHandle());
    assertThat(ProcessHandle.of(orphan)).get().matches(ProcessHandle::isAlive);

    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void the_file_of_a_dead_postgres_whose_number_another_program_has_is_no_obstacle()
      throws Exception {
    Path data = temporary.resolve("data");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      write(postgres, "kept");
    }
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(
          data.resolve("postgres/postmaster.pid"),
          "%d\n%s\n1\n5432\n\n127.0.0.1\n        1         1\nready   \n"
              .formatted(other.pid(), data.resolve("postgres")));
      try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
        assertThat(query(postgres, "SELECT word FROM kept")).isEqualTo("kept");
      }
      assertThat(other.isAlive()).isTrue();
    } finally {
      kill(other.toHandle());
    }
  }

  @Test
  void a_killed_postgres_is_started_again_on_the_same_port_with_its_data() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(temporary.resolve("data"))) {
      write(postgres, "kept");
      String address = postgres.jdbcUrl();
      for (int round = 0; round < 2; round++) {
        long killed = postgres.pid();
        kill(ProcessHandle.of(killed).orElseThrow());
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptionsInstanceOf(SQLException.class)
            .untilAsserted(
                () -> assertThat(query(postgres, "SELECT word FROM kept")).isEqualTo("kept"));
        assertThat(postgres.pid()).isNotEqualTo(killed);
        assertThat(postgres.jdbcUrl()).isEqualTo(address);
      }
    }
  }

  @Test
  void a_cluster_that_a_crash_left_unfinished_is_made_anew() throws Exception {
    Path data = temporary.resolve("data");
    Files.createDirectories(data.resolve("postgres.new/base"));
    Files.writeString(data.resolve("pawl-version"), "format=1\n");
    Files.writeString(data.resolve("password"), "of the unfinished one\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.persistent(data)) {
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    }
    assertThat(data.resolve("postgres.new")).doesNotExist();
  }

  @Test
  void ephemeral_data_goes_with_the_server() throws Exception {
    Path data;
    long pid;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.ephemeral()) {
      data = postgres.directory();
      pid = postgres.pid();
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    }
    assertThat(data).doesNotExist();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void the_ephemeral_data_and_the_postgres_of_a_killed_server_are_swept() throws Exception {
    Process holder = hold("--ephemeral");
    String[] line = firstLine(holder).split(" ");
    ProcessHandle orphan = ProcessHandle.of(Long.parseLong(line[0])).orElseThrow();
    Path data = Path.of(line[1]);

    EphemeralDirectories.sweepOne(data);
    assertThat(data).as("of a living server").exists();

    kill(holder.toHandle());
    EphemeralDirectories.sweepOne(data);
    assertThat(data).doesNotExist();
    assertThat(orphan.isAlive()).isFalse();
  }

  private static Process hold(String directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DirectoryHolder.class.getName(),
            directory)
        .redirectErrorStream(true)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    try (BufferedReader reader = process.inputReader()) {
      return Objects.requireNonNull(reader.readLine(), "the holder ended without a word");
    }
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static void write(EmbeddedPostgres postgres, String word) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT '" + word + "' AS word");
    }
  }

  private static String query(EmbeddedPostgres postgres, String query) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return Objects.requireNonNull(rows.getString(1));
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }
}
