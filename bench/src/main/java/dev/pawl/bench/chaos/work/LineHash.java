package dev.pawl.bench.chaos.work;

import dev.pawl.bench.chaos.record.Digest;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSource;

/** The hash by which a line of a log is told from all others of a history. */
public final class LineHash {
  private LineHash() {}

  /** A handler's lines name their place themselves; the worker's own words are given one. */
  public static String of(ExecutionKey section, LogLine line) {
    return line.getSource() == LogSource.LOG_SOURCE_HANDLER
        ? Digest.of(line.getText())
        : Digest.of(
            section.execution()
                + " "
                + section.fence()
                + " "
                + line.getSequence()
                + " "
                + line.getText());
  }
}
