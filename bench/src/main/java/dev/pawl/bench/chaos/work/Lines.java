package dev.pawl.bench.chaos.work;

import dev.pawl.bench.history.source.Hashes;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSource;

/** How lines of logs are told from each other. */
public final class Lines {
  private Lines() {}

  /** By its text, which names its place when the work wrote it. */
  public static String hash(LogLine line) {
    return Hashes.of(line.getText());
  }

  /** Whether it is the worker's own word about the work. */
  public static boolean own(LogLine line) {
    return line.getSource() != LogSource.LOG_SOURCE_HANDLER;
  }
}
