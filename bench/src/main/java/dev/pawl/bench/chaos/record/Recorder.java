package dev.pawl.bench.chaos.record;

import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.PartWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** One observer's part of a history. What cannot be written down must not happen: it throws. */
public final class Recorder implements AutoCloseable {
  private final Path file;
  private final PartWriter part;

  private Recorder(Path file, PartWriter part) {
    this.file = file;
    this.part = part;
  }

  /** Begins a file that is not there yet. */
  public static Recorder create(Path file) throws IOException {
    return new Recorder(file, PartWriter.create(file));
  }

  /** Writes down what was seen; it outlives this process once this returns. */
  public void record(Observation observation) {
    try {
      part.write(observation);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      part.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
