package dev.pawl.bench.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is gone, with all in it, once it is closed. */
public record TestDirectory(Path path) implements AutoCloseable {
  /** Makes one for temporary files, whose name begins so. */
  public static TestDirectory create(String prefix) throws IOException {
    return new TestDirectory(Files.createTempDirectory(prefix));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
