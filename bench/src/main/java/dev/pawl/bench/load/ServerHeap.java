package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how much of a JVM's heap is alive, by its own tool, which collects the garbage first. */
final class ServerHeap {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)");
  private static final double MEBIBYTE = 1024.0 * 1024.0;

  private final long pid;

  ServerHeap(long pid) {
    this.pid = pid;
  }

  /** The objects of one class. */
  record Objects(long count, long bytes) {}

  /** What was alive at a moment, by class. */
  record Reading(long liveBytes, Map<String, Objects> classes) {
    double liveMebibytes() {
      return liveBytes / MEBIBYTE;
    }

    /** How many objects of this very class there are. */
    long count(String className) {
      return classes.getOrDefault(className, new Objects(0, 0)).count();
    }

    /** The classes that grew most since an earlier reading, with what they grew by in MiB. */
    Map<String, Double> growth(Reading before, int most) {
      Map<String, Double> growth = new LinkedHashMap<>();
      classes.entrySet().stream()
          .map(entry -> Map.entry(entry.getKey(), entry.getValue().bytes() - before.bytes(entry)))
          .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
          .limit(most)
          .forEach(
              entry ->
                  growth.put(
                      entry.getKey(), Math.round(entry.getValue() / MEBIBYTE * 100) / 100.0));
      return growth;
    }

    private long bytes(Map.Entry<String, Objects> of) {
      return classes.getOrDefault(of.getKey(), new Objects(0, 0)).bytes();
    }
  }

  double liveMebibytes() throws IOException, InterruptedException {
    return liveBytes(histogram()) / MEBIBYTE;
  }

  Reading read() throws IOException, InterruptedException {
    String histogram = histogram();
    return new Reading(liveBytes(histogram), classes(histogram));
  }

  /**
   * Reads it now. Through a file: the JVM that is read writes while it stands still, so a pipe that
   * it should itself empty would stop it for good.
   */
  private String histogram() throws IOException, InterruptedException {
    Path histogram = Files.createTempFile("pawl-bench-heap-", ".txt");
    try {
      int exitCode =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(pid),
                  "GC.class_histogram")
              .redirectErrorStream(true)
              .redirectOutput(histogram.toFile())
              .start()
              .waitFor();
      String said = Files.readString(histogram);
      if (exitCode != 0) {
        throw new BenchFailure(
            1, "jcmd cannot read the server's heap (%d): %s".formatted(exitCode, said));
      }
      return said;
    } finally {
      Files.delete(histogram);
    }
  }

  static long liveBytes(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new IllegalArgumentException("jcmd printed no total: " + histogram);
    }
    return Long.parseLong(total.group(1));
  }

  /** Classes of one name that several loaders made are counted together. */
  static Map<String, Objects> classes(String histogram) {
    Map<String, Objects> classes = new HashMap<>();
    Matcher row = ROW.matcher(histogram);
    while (row.find()) {
      classes.merge(
          row.group(3),
          new Objects(Long.parseLong(row.group(1)), Long.parseLong(row.group(2))),
          (a, b) -> new Objects(a.count() + b.count(), a.bytes() + b.bytes()));
    }
    return classes;
  }
}
