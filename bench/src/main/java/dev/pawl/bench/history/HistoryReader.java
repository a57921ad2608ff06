package dev.pawl.bench.history;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import tools.jackson.core.JacksonException;

/** Reads a history from its file. */
public final class HistoryReader {
  private final Path file;
  private final HistoryFormat format = new HistoryFormat();
  private long line;

  private HistoryReader(Path file) {
    this.file = file;
  }

  /**
   * Reads a whole file.
   *
   * @throws HistoryUnreadable when it is not a complete history of a version that this build knows
   */
  public static History read(Path file) throws HistoryUnreadable, IOException {
    return new HistoryReader(file).read();
  }

  private History read() throws HistoryUnreadable, IOException {
    try (InputStream in = HistoryFormat.open(file)) {
      Lines lines = new Lines(in);
      if (!advance(lines)) {
        throw new HistoryUnreadable(file, "is empty");
      }
      Manifest manifest = manifest(lines);
      List<Observation> observations = new ArrayList<>();
      while (advance(lines)) {
        if (isTail(lines)) {
          end(lines, observations.size());
          return new History(manifest, observations);
        }
        observations.add(observation(lines));
      }
      throw new HistoryUnreadable(
          file, line, "the file stops without its end line: it is not complete");
    } catch (EOFException e) {
      throw new HistoryUnreadable(file, line + 1, "the file is cut off within its gzip stream");
    } catch (ZipException e) {
      throw new HistoryUnreadable(file, line + 1, "is not sound gzip: " + e.getMessage());
    }
  }

  private boolean advance(Lines lines) throws IOException {
    boolean more = lines.advance();
    if (more) {
      line++;
    }
    return more;
  }

  private Manifest manifest(Lines lines) throws HistoryUnreadable {
    try {
      int version = format.version(lines.bytes(), lines.from(), lines.length());
      if (version < 0) {
        throw new HistoryUnreadable(
            file, line, "is not the first line of a history: it has no history.version");
      }
      if (version != Manifest.VERSION) {
        throw new HistoryUnreadable(
            file,
            line,
            "is a history of version %d; this build reads version %d"
                .formatted(version, Manifest.VERSION));
      }
      return format.head(lines.bytes(), lines.from(), lines.length()).history();
    } catch (JacksonException e) {
      throw new HistoryUnreadable(file, line, problem("is not the first line of a history", e));
    }
  }

  private static boolean isTail(Lines lines) {
    byte[] begin = HistoryFormat.TAIL;
    if (lines.length() < begin.length) {
      return false;
    }
    for (int i = 0; i < begin.length; i++) {
      if (lines.bytes()[lines.from() + i] != begin[i]) {
        return false;
      }
    }
    return true;
  }

  private void end(Lines lines, int count) throws HistoryUnreadable, IOException {
    try {
      long told = format.tail(lines.bytes(), lines.from(), lines.length()).end().observations();
      if (told != count) {
        throw new HistoryUnreadable(
            file,
            line,
            "the end line counts %,d observations, but there are %,d".formatted(told, count));
      }
    } catch (JacksonException e) {
      throw new HistoryUnreadable(file, line, problem("is not an end line", e));
    }
    if (advance(lines)) {
      throw new HistoryUnreadable(file, line, "something follows the end line");
    }
  }

  private Observation observation(Lines lines) throws HistoryUnreadable {
    try {
      return format.observation(lines.bytes(), lines.from(), lines.length());
    } catch (JacksonException e) {
      throw new HistoryUnreadable(file, line, problem("is not an observation", e));
    }
  }

  static String problem(String what, JacksonException e) {
    return what + ": " + e.getOriginalMessage();
  }
}
