package dev.pawl.bench.history;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;

/** Makes one file of a manifest and of what the observers wrote. */
public final class HistoryWriter implements AutoCloseable {
  private static final HistoryFormat SHOWN = new HistoryFormat();

  private final HistoryFormat format = new HistoryFormat();
  private final OutputStream out;
  private long count;
  private boolean closed;

  private HistoryWriter(OutputStream out) {
    this.out = out;
  }

  /** Begins a file, gzipped when its name ends in {@code .gz}; it is complete once closed. */
  public static HistoryWriter create(Path file, Manifest manifest) throws IOException {
    OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    HistoryWriter writer =
        new HistoryWriter(HistoryFormat.gzipped(file) ? new GZIPOutputStream(raw, 1 << 16) : raw);
    writer.line(writer.format.line(new HistoryFormat.Head(manifest)));
    return writer;
  }

  /** Writes a whole history. */
  public static void write(Path file, History history) throws IOException {
    try (HistoryWriter writer = create(file, history.manifest())) {
      for (Observation observation : history.observations()) {
        writer.add(observation);
      }
    }
  }

  /** An observation as it stands in a file. */
  public static String text(Observation observation) {
    return new String(SHOWN.line(observation), StandardCharsets.UTF_8);
  }

  /** Adds one observation. */
  public void add(Observation observation) throws IOException {
    line(format.line(observation));
    count++;
  }

  /** Adds several. */
  public void addAll(List<? extends Observation> observations) throws IOException {
    for (Observation observation : observations) {
      add(observation);
    }
  }

  /**
   * Adds what an observer wrote with a {@link PartWriter}. A last line without its end is left out:
   * its writer died before it went on, so what it would say did not happen yet.
   *
   * @return whether there was such a line
   */
  public boolean addPart(Path part) throws IOException, HistoryUnreadable {
    try (InputStream in = HistoryFormat.open(part)) {
      Lines lines = new Lines(in);
      long number = 0;
      while (lines.advance()) {
        number++;
        if (!lines.whole()) {
          return true;
        }
        try {
          add(format.observation(lines.bytes(), lines.from(), lines.length()));
        } catch (JacksonException e) {
          throw new HistoryUnreadable(
              part, number, HistoryReader.problem("is not an observation", e));
        }
      }
      return false;
    }
  }

  private void line(byte[] json) throws IOException {
    out.write(json);
    out.write('\n');
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (out) {
        line(format.line(new HistoryFormat.Tail(new HistoryFormat.End(count))));
      }
    }
  }
}
