package dev.pawl.bench.history;

import java.nio.file.Path;

/** A file that cannot be judged, and where it stops to make sense. */
public final class HistoryUnreadable extends Exception {
  private static final long serialVersionUID = 1L;

  /** A mistake of the file as a whole. */
  HistoryUnreadable(Path file, String problem) {
    super("%s %s".formatted(file, problem));
  }

  /** A mistake of one line, counted from 1. */
  HistoryUnreadable(Path file, long line, String problem) {
    super("%s, line %,d: %s".formatted(file, line, problem));
  }
}
