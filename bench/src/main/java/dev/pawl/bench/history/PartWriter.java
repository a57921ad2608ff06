package dev.pawl.bench.history;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes down what one observer sees, each at once: what {@link #write} was given is with the
 * operating system when it returns, so that it outlives the process. Threads may share it.
 */
public final class PartWriter implements AutoCloseable {
  private final HistoryFormat format = new HistoryFormat();
  private final OutputStream out;

  private PartWriter(OutputStream out) {
    this.out = out;
  }

  /** Begins a new file. */
  public static PartWriter create(Path file) throws IOException {
    return new PartWriter(
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Writes one observation. */
  public void write(Observation observation) throws IOException {
    byte[] json = format.line(observation);
    byte[] line = new byte[json.length + 1];
    System.arraycopy(json, 0, line, 0, json.length);
    line[json.length] = '\n';
    synchronized (out) {
      out.write(line);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
