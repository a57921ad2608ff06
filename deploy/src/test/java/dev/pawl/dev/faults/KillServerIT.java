package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import dev.pawl.dev.faults.Ordeal.InFlight;
import dev.pawl.v1.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the server in the middle of a run. */
@Timeout(360)
class KillServerIT {
  private static final int TASKS = 200;
  private static final int KILLS = 10;
  private static final int LEAST_HITS = 5;

  @TempDir private Path directory;

  @Test
  @Covers({"SYS-1", "SYS-3", "SYS-4", "OBS-31"})
  void ten_kills_of_the_server_lose_nothing_and_repeat_nothing() throws Exception {
    long seed = System.nanoTime();
    System.out.println("KillServerIT: seed " + seed);
    Random random = new Random(seed);
    try (Ordeal<Served.Dev> ordeal =
        Ordeal.begin(
            directory, ledger -> Graphs.scripts(ledger, TASKS, 8, 1, 0.05, 0.15, random))) {
      List<InFlight> kills = new ArrayList<>();
      for (int moment : random.ints(KILLS, 1, TASKS - 10).sorted().toArray()) {
        // Every other kill may come before anybody is connected again.
        if (kills.size() % 2 == 0) {
          ordeal.watcher().awaitConnected();
        }
        // Some die when work begins, some when it is about to be reported.
        if (random.nextBoolean()) {
          ordeal.awaitBegun(moment);
        } else {
          ordeal.awaitEnded(moment);
        }
        ordeal.server().process().kill();
        kills.add(ordeal.inFlight());
        Instant killed = Instant.now();
        ordeal.server().process().restart();
        System.out.printf(
            "KillServerIT: killed after %d scripts, serving again after %d ms%n",
            moment, Duration.between(killed, Instant.now()).toMillis());
      }
      ordeal.awaitSucceeded(Duration.ofSeconds(90));

      assertThat(ordeal.verifyLedger().values())
          .as("one fence per task, since its worker lived")
          .allSatisfy(fences -> assertThat(fences).hasSize(1));
      ordeal.verifyLogs();
      ordeal.verifyCommands();
      List<Event> facts = ordeal.verifyFacts();

      assertThat(ordeal.watcher().breaks())
          .as("streams that broke")
          .isGreaterThanOrEqualTo(LEAST_HITS);
      int hits = 0;
      for (InFlight kill : kills) {
        int reports = ordeal.unacknowledged(kill, facts).size();
        System.out.printf(
            "KillServerIT: in flight: %d live leases, %d unacknowledged reports%n",
            kill.live().size(), reports);
        if (!kill.live().isEmpty() || reports > 0) {
          hits++;
        }
      }
      System.out.printf(
          "KillServerIT: %d of %d kills hit work in flight; %d commands acknowledged, %d calls"
              + " without answer%n",
          hits, KILLS, ordeal.commander().acknowledged().size(), ordeal.commander().unanswered());
      assertThat(hits).as("kills that hit work in flight").isGreaterThanOrEqualTo(LEAST_HITS);
    }
  }
}
