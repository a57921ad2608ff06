package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.dev.faults.Ordeal.InFlight;
import dev.pawl.v1.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of PostgreSQL in the middle of a run, while its server lives. */
@Timeout(180)
class KillPostgresIT {
  private static final int TASKS = 60;
  private static final int KILLS = 3;

  @TempDir private Path directory;

  @Test
  @Covers({"SYS-1", "SYS-3", "SYS-4"})
  void the_server_restarts_its_postgresql_and_goes_on() throws Exception {
    long seed = System.nanoTime();
    System.out.println("KillPostgresIT: seed " + seed);
    Random random = new Random(seed);
    try (Ordeal<Served.Dev> ordeal =
        Ordeal.begin(
            directory, ledger -> Graphs.scripts(ledger, TASKS, 8, 1, 0.05, 0.15, random))) {
      Path data = ordeal.server().dataDirectory();
      long server = ordeal.server().process().pid();
      List<InFlight> kills = new ArrayList<>();
      for (int moment : random.ints(KILLS, 1, TASKS - 6).sorted().toArray()) {
        ordeal.awaitBegun(moment);
        long postgres = JournalRows.pid(data);
        ProcessHandle.of(postgres).orElseThrow().destroyForcibly();
        kills.add(ordeal.inFlight());
        await("another PostgreSQL has taken over")
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> JournalRows.pid(data) != postgres && JournalRows.count(data) > 0);
      }
      ordeal.awaitSucceeded(Duration.ofSeconds(90));

      assertThat(ordeal.server().process().isAlive() && ordeal.server().process().pid() == server)
          .isTrue();
      assertThat(ordeal.verifyLedger().values())
          .as("one fence per task, since its worker lived")
          .allSatisfy(fences -> assertThat(fences).hasSize(1));
      ordeal.verifyLogs();
      ordeal.verifyCommands();
      List<Event> facts = ordeal.verifyFacts();
      assertThat(kills)
          .as("kills that hit work in flight")
          .anySatisfy(
              kill ->
                  assertThat(kill.live().size() + ordeal.unacknowledged(kill, facts).size())
                      .isPositive());
    }
  }
}
