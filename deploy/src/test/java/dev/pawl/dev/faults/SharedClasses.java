package dev.pawl.dev.faults;

import dev.pawl.dev.DevProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes of a node, laid out once for all nodes that these tests start: reading them anew is
 * most of what a start costs.
 */
final class SharedClasses {
  private static final List<String> OPTIONS = make();

  private SharedClasses() {}

  /** The options of a JVM that shares them; none when the class path cannot be shared. */
  static List<String> options() {
    return OPTIONS;
  }

  /**
   * What a first node has loaded by the time when it stops. Tests that run beside these in another
   * JVM use the same: who comes second waits.
   */
  private static List<String> make() {
    if (!isShareable()) {
      return List.of();
    }
    Path directory = Path.of("target", "shared-classes").toAbsolutePath();
    Path archive = directory.resolve("node.jsa");
    try {
      Files.createDirectories(directory);
      try (FileChannel file =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = file.lock()) {
        if (!isNewest(archive)) {
          Files.deleteIfExists(archive);
          List<String> options = new ArrayList<>(Ordeal.SMALL);
          options.add("-XX:ArchiveClassesAtExit=" + archive);
          DevProcess.start(directory, options, List.of("--no-worker", "--no-samples")).stop();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a node was started", e);
    }
    return List.of("-XX:SharedArchiveFile=" + archive);
  }

  private static boolean isShareable() {
    return classPath().allMatch(Files::isRegularFile);
  }

  /** Whether it was made of the very classes that are there now. */
  private static boolean isNewest(Path archive) throws IOException {
    if (!Files.exists(archive)) {
      return false;
    }
    FileTime made = Files.getLastModifiedTime(archive);
    for (Path entry : classPath().toList()) {
      if (Files.getLastModifiedTime(entry).compareTo(made) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Stream<Path> classPath() {
    return Stream.of(DevProcess.classPath().split(File.pathSeparator, -1)).map(Path::of);
  }
}
