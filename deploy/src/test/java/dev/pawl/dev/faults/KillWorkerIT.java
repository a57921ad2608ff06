package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.dev.faults.Ledger.Beginning;
import dev.pawl.dev.faults.Ledger.Go;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the worker in the middle of a run. */
@Timeout(180)
class KillWorkerIT {
  private static final int TASKS = 32;

  @TempDir private Path directory;

  @Test
  @Covers({"OCP-49", "OBS-30"})
  void what_a_dead_worker_left_is_done_again_under_a_new_fence_and_never_by_two_at_once()
      throws Exception {
    Random random = new Random(7);
    try (Ordeal<Served.Dev> ordeal =
        Ordeal.begin(directory, ledger -> Graphs.scripts(ledger, TASKS, 8, 5, 1.0, 1.2, random))) {
      Set<Go> lost = new HashSet<>();
      Set<Go> cutShort = new HashSet<>();
      for (int moment : List.of(6, 17)) {
        ordeal.awaitBegun(moment);
        ordeal.worker().kill();
        List<Beginning> begun = ordeal.ledger().begun();
        Set<Go> ended = new HashSet<>(ordeal.ledger().ended());
        List<Beginning> orphans =
            begun.stream().filter(beginning -> !ended.contains(beginning.go())).toList();
        await("the scripts of the dead worker are gone")
            .atMost(Duration.ofSeconds(10))
            .until(
                () ->
                    orphans.stream()
                        .noneMatch(
                            orphan ->
                                ProcessHandle.of(orphan.pid())
                                    .map(ProcessHandle::isAlive)
                                    .orElse(false)));
        Set<Go> endedMeanwhile = new HashSet<>(ordeal.ledger().ended());
        // What was printed a moment before the kill died with the worker.
        cutShort.addAll(endedMeanwhile);
        cutShort.removeAll(ordeal.completeLogs());
        orphans.stream()
            .map(Beginning::go)
            .filter(go -> !endedMeanwhile.contains(go))
            .forEach(lost::add);
        assertThat(lost).as("scripts that were killed with their worker").isNotEmpty();
        ordeal.worker().restart();
      }
      ordeal.awaitSucceeded(Duration.ofSeconds(90));

      Map<String, List<Long>> fences = ordeal.verifyLedger();
      assertThat(ordeal.ledger().ended())
          .as("killed is not ended")
          .doesNotContainAnyElementsOf(lost);
      assertThat(cutShort).as("logs that died with a worker").hasSizeLessThanOrEqualTo(2 * 8);
      ordeal.verifyLogs(cutShort);
      ordeal.verifyCommands();
      Map<Go, String> failures = ordeal.failures(ordeal.verifyFacts());
      assertThat(failures.keySet()).containsAll(lost);
      assertThat(failures.values()).containsOnly("WORKER_LOST");
      // A lease whose worker died before its script began has a fence and no line.
      failures
          .keySet()
          .forEach(go -> fences.computeIfAbsent(go.task(), _ -> new ArrayList<>()).add(go.fence()));
      fences.forEach(
          (task, all) ->
              assertThat(new TreeSet<>(all))
                  .as("fences of %s", task)
                  .containsExactlyElementsOf(
                      LongStream.rangeClosed(1, new HashSet<>(all).size()).boxed().toList()));
    }
  }
}
