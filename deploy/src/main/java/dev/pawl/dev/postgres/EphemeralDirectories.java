package dev.pawl.dev.postgres;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data directories that live as long as their server. Those of killed servers are swept, with the
 * PostgreSQL that they left running, when the next one is made.
 */
final class EphemeralDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(EphemeralDirectories.class);

  private static final String PREFIX = "pawl-ephemeral-";

  /** A younger directory may belong to a server that has not locked it yet. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private EphemeralDirectories() {}

  static Path create() throws StartupFailure {
    Path parent = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    try {
      Path created = Files.createTempDirectory(parent, PREFIX);
      Thread.ofPlatform().name("ephemeral-sweep").daemon().start(() -> sweep(created));
      return created;
    } catch (IOException e) {
      throw new StartupFailure(
          Reason.DATA_DIRECTORY_UNUSABLE,
          "cannot make a temporary directory in %s: %s. Make it writable, or name a directory with --data."
              .formatted(parent, e),
          e);
    }
  }

  /** Deletes what killed servers of the owner of {@code own} left beside it. */
  private static void sweep(Path own) {
    try {
      Instant before = Instant.now().minus(GRACE);
      List<Path> left;
      try (Stream<Path> files = Files.list(own.getParent())) {
        left = files.filter(file -> file.getFileName().toString().startsWith(PREFIX)).toList();
      }
      for (Path directory : left) {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(directory).equals(Files.getOwner(own))
            && Files.getLastModifiedTime(directory).toInstant().isBefore(before)) {
          sweepOne(directory);
        }
      }
    } catch (IOException e) {
      LOG.info("cannot look for directories of killed servers beside {}", own, e);
    }
  }

  static void sweepOne(Path directory) {
    try (DataDirectory data = DataDirectory.lock(directory.toRealPath())) {
      Postmaster.stopOrphan(data.cluster());
      Trees.delete(data.root());
    } catch (StartupFailure e) {
      LOG.debug("{} stays: {}", directory, e.getMessage());
    } catch (IOException e) {
      LOG.info("cannot delete {}", directory, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
