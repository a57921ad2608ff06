package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how much of a JVM's heap is alive, by its own tool, which collects the garbage first. */
final class ServerHeap {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

  private final long pid;

  ServerHeap(long pid) {
    this.pid = pid;
  }

  /**
   * Reads it now. Through a file: the JVM that is read writes while it stands still, so a pipe that
   * it should itself empty would stop it for good.
   */
  double liveMebibytes() throws IOException, InterruptedException {
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
      return liveBytes(said) / (1024.0 * 1024.0);
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
}
