package dev.pawl.bench.history.judge;

import dev.pawl.bench.history.History;
import dev.pawl.bench.history.HistoryReader;
import dev.pawl.bench.history.HistoryWriter;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.world.World;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints what it costs to read and to judge a history of so many runs (9,000 are a million
 * observations), in CPU time, since other work on the machine is no fault of the judge.
 */
final class JudgeSpeed {
  private JudgeSpeed() {}

  /** The number of runs, 9,000 when none is given. */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length == 0 ? 9_000 : Integer.parseInt(arguments[0]);
    Path file = Files.createTempFile("history", ".jsonl.gz");
    try {
      HistoryWriter.write(file, World.history(1, runs));
      long begin = cpuMillis();
      History history = HistoryReader.read(file);
      long read = cpuMillis();
      long heapRead = heapMebibytes();
      long judging = cpuMillis();
      Verdict verdict = Judge.judge(history);
      long judged = cpuMillis();
      System.out.printf(
          "%s: %,d observations in %,d kB; read in %,d ms, judged in %,d ms of CPU; heap %d MiB,"
              + " most %d MiB%n",
          VerdictPrinter.word(verdict),
          history.observations().size(),
          Files.size(file) / 1_000,
          read - begin,
          judged - judging,
          heapRead,
          Runtime.getRuntime().maxMemory() >> 20);
    } finally {
      Files.delete(file);
    }
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
