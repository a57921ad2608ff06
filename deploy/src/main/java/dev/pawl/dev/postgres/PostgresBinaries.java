package dev.pawl.dev.postgres;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked from the classpath into a cache directory that all servers
 * of one user share. Unpacked once and moved into place whole: who finds the directory finds all of
 * it.
 */
final class PostgresBinaries {
  private final Path home;
  private final String version;

  private PostgresBinaries(Path home, String version) {
    this.home = home;
    this.version = version;
  }

  /** Unpacks the programs into {@code cache} unless they are there already. */
  static PostgresBinaries in(Path cache) throws StartupFailure {
    String version = carriedVersion();
    Path home = cache.resolve("postgres-" + version);
    if (!Files.isExecutable(home.resolve("bin/postgres"))) {
      try {
        Files.createDirectories(cache);
        unpackInto(home);
      } catch (IOException e) {
        throw new StartupFailure(
            Reason.DATABASE_FAILED,
            "cannot unpack PostgreSQL %s into %s: %s. Make the directory writable, or name another with XDG_CACHE_HOME."
                .formatted(version, cache, e),
            e);
      }
    }
    return new PostgresBinaries(home, version);
  }

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  /** The major version, which the format of a data directory follows. */
  int major() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  private static String carriedVersion() {
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("binaries.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      String version = properties.getProperty("version", "");
      if (!version.matches("\\d+\\.\\d+.*")) {
        throw new IllegalStateException("binaries.properties names no version: " + version);
      }
      return version;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read binaries.properties", e);
    }
  }

  private static void unpackInto(Path home) throws IOException, StartupFailure {
    Path fresh = Files.createTempDirectory(home.getParent(), home.getFileName() + ".");
    try {
      try (InputStream archive = open();
          TarArchiveInputStream tar =
              new TarArchiveInputStream(
                  new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          unpack(entry, tar, fresh);
        }
      }
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException
        | DirectoryNotEmptyException
        | AtomicMoveNotSupportedException e) {
      if (!wonByAnother(home)) {
        throw e;
      }
    } catch (FileSystemException e) {
      // How rename(2) onto a directory that is not empty is reported differs by platform.
      if (!wonByAnother(home)) {
        throw e;
      }
    } finally {
      Trees.delete(fresh);
    }
  }

  private static boolean wonByAnother(Path home) {
    return Files.isExecutable(home.resolve("bin/postgres"));
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("the archive names a file outside of itself: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(path, target.resolve(entry.getLinkName()).normalize());
    } else {
      Files.copy(content, path);
      Files.setPosixFilePermissions(
          path,
          PosixFilePermissions.fromString(
              (entry.getMode() & 0100) == 0 ? "rw-r--r--" : "rwxr-xr-x"));
    }
  }

  private static InputStream open() throws StartupFailure {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "");
    String resource =
        "/postgres-%s-%s.txz"
            .formatted(
                system.startsWith("mac") ? "darwin" : system,
                machine.equals("aarch64") ? "arm_64" : "x86_64");
    InputStream archive = PostgresBinaries.class.getResourceAsStream(resource);
    if (archive == null) {
      throw new StartupFailure(
          Reason.DATABASE_FAILED,
          "this build carries no PostgreSQL for %s on %s. Build Pawl on such a machine, or run `pawl server` with a PostgreSQL of your own."
              .formatted(system, machine));
    }
    return archive;
  }
}
