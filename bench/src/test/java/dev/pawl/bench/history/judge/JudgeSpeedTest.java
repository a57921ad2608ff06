package dev.pawl.bench.history.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.History;
import dev.pawl.bench.history.HistoryReader;
import dev.pawl.bench.history.HistoryWriter;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.world.World;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what it costs to read and to judge a history, in CPU time, since other work on the machine
 * is no fault of the judge. With {@code -Djudge.runs=9000} it is a million observations.
 */
@EnabledIfSystemProperty(named = "judge.runs", matches = "\\d+")
class JudgeSpeedTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void a_large_history_is_judged_in_seconds() throws Exception {
    Path file = directory.resolve("history.jsonl.gz");
    HistoryWriter.write(file, World.history(1, Integer.getInteger("judge.runs")));
    long begin = cpuMillis();
    History history = HistoryReader.read(file);
    long read = cpuMillis();
    long heap = heapMebibytes();
    long judging = cpuMillis();
    Verdict verdict = Judge.judge(history);
    long judged = cpuMillis();
    System.out.printf(
        "%,d observations in %,d kB: read in %,d ms, judged in %,d ms of CPU; %d MiB of heap hold"
            + " it%n",
        history.observations().size(),
        Files.size(file) / 1_000,
        read - begin,
        judged - judging,
        heap);
    assertThat(verdict).isInstanceOf(Verdict.Valid.class);
  }

  private static long cpuMillis() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000;
  }

  private static long heapMebibytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
