package dev.pawl.dev.faults;

import dev.pawl.dev.DevProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** What a first node has loaded by the time when it stops. */
  private static List<String> make() {
    if (!isShareable()) {
      return List.of();
    }
    Path directory = Path.of("target", "shared-classes").toAbsolutePath();
    Path archive = directory.resolve("node.jsa");
    try {
      Files.deleteIfExists(archive);
      List<String> options = new ArrayList<>(Ordeal.SMALL);
      options.add("-XX:ArchiveClassesAtExit=" + archive);
      DevProcess.start(directory, options, List.of("--no-worker", "--no-samples")).stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a node was started", e);
    }
    return List.of("-XX:SharedArchiveFile=" + archive);
  }

  private static boolean isShareable() {
    return Stream.of(DevProcess.classPath().split(File.pathSeparator, -1))
        .allMatch(entry -> Files.isRegularFile(Path.of(entry)));
  }
}
