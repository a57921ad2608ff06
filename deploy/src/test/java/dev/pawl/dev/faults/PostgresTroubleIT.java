package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.covers.Covers;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.postgres.PostgresSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that lives and does not serve, in the middle of a run. */
@Timeout(300)
class PostgresTroubleIT {
  private static final Duration BACK_AT_WORK = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private Ordeal<ServerCluster> begin(EmbeddedPostgres postgres, int tasks) throws Exception {
    Random random = new Random(7);
    return Ordeal.begin(
        directory,
        ServerCluster.start(directory, 1, postgres),
        ledger -> Graphs.scripts(ledger, tasks, 8, 1, 0.2, 0.4, random));
  }

  /** Work goes on by itself, and all that was promised is so. */
  private static void awaitRecovery(Ordeal<ServerCluster> ordeal, String trouble) throws Exception {
    Instant over = Instant.now();
    int begun = ordeal.ledger().begun().size();
    await("work goes on after " + trouble)
        .atMost(BACK_AT_WORK)
        .until(() -> ordeal.ledger().begun().size() >= begun + 9);
    System.out.printf(
        "PostgresTroubleIT: %s: work goes on after %d ms; calls were told: %s%n",
        trouble,
        Duration.between(over, Instant.now()).toMillis(),
        ordeal.commander().lastRefusal());
    ordeal.awaitSucceeded(Duration.ofSeconds(120));
    assertThat(ordeal.verifyLedger().values())
        .as("one fence per task, since its worker lived")
        .allSatisfy(fences -> assertThat(fences).hasSize(1));
    ordeal.verifyLogs();
    ordeal.verifyCommands();
    ordeal.verifyFacts();
  }

  /** Waits until the commander was refused, so that the trouble is known to bite. */
  private static void awaitRefusals(Ordeal<ServerCluster> ordeal, int more) {
    int before = ordeal.commander().unanswered();
    await("commands are refused")
        .atMost(Duration.ofSeconds(60))
        .until(() -> ordeal.commander().unanswered() >= before + more);
  }

  @Test
  @Covers({"SYS-1", "SYS-3"})
  void one_that_does_not_answer_for_a_minute_stops_everything_and_loses_nothing() throws Exception {
    try (Ordeal<ServerCluster> ordeal = begin(EmbeddedPostgres.ephemeral(), 80)) {
      ordeal.watcher().awaitConnected();
      ordeal.awaitBegun(12);
      ProcessHandle postmaster = ProcessHandle.of(ordeal.server().postgres().pid()).orElseThrow();
      List<ProcessHandle> all =
          Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
      signal("STOP", all);
      Instant frozen = Instant.now();
      try {
        awaitRefusals(ordeal, 2);
        await("a minute")
            .atMost(Duration.ofSeconds(90))
            .until(() -> Duration.between(frozen, Instant.now()).toSeconds() >= 60);
      } finally {
        signal("CONT", all);
      }
      awaitRecovery(ordeal, "a minute without PostgreSQL");
      assertThat(ordeal.server().nodes().getFirst().output()).doesNotContain("Exception in thread");
    }
  }

  private static void signal(String signal, List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    new ProcessBuilder(command).start().waitFor();
  }

  @Test
  @Covers({"SYS-1", "SYS-3"})
  void one_without_a_free_connection_is_waited_for() throws Exception {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.ephemeral(PostgresSettings.parse(List.of("max_connections=40")));
    // Enough that work is left when the node has lost its last connection.
    try (Ordeal<ServerCluster> ordeal = begin(postgres, 240)) {
      ordeal.watcher().awaitConnected();
      ordeal.awaitBegun(12);
      List<Connection> hoard = new ArrayList<>();
      try (Connection boss = connect(postgres)) {
        await("the node has no connection left")
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(50))
            .until(() -> takeAll(boss, postgres, hoard));
        awaitRefusals(ordeal, 3);
      } finally {
        for (Connection connection : hoard) {
          connection.close();
        }
      }
      awaitRecovery(ordeal, "no free connection");
    }
  }

  /** Ends the node's sessions and takes every connection before it does; true when it has none. */
  private static boolean takeAll(Connection boss, EmbeddedPostgres postgres, List<Connection> hoard)
      throws SQLException {
    boss.createStatement()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name LIKE 'pawl %'");
    try {
      while (true) {
        hoard.add(connect(postgres));
      }
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("53300");
    }
    try (ResultSet row =
        boss.createStatement()
            .executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pawl %'")) {
      row.next();
      return row.getLong(1) == 0;
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  @Test
  @Covers({"SYS-1", "SYS-3"})
  void one_whose_disk_is_full_refuses_until_there_is_room() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk.toString()) == 0,
        "only root may make a disk that is small");
    try {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.persistent(
              disk.resolve("data"),
              PostgresSettings.parse(
                  List.of("max_wal_size=64MB", "min_wal_size=32MB", "wal_recycle=off")));
      try (Ordeal<ServerCluster> ordeal = begin(postgres, 80)) {
        ordeal.watcher().awaitConnected();
        ordeal.awaitBegun(12);
        Path ballast = disk.resolve("ballast");
        fill(ballast);
        awaitRefusals(ordeal, 3);
        // What PostgreSQL set free meanwhile is filled, too.
        fill(ballast);
        awaitRefusals(ordeal, 1);
        Files.delete(ballast);
        awaitRecovery(ordeal, "a full disk");
      }
    } finally {
      assertThat(run("umount", "-l", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[4_096];
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
