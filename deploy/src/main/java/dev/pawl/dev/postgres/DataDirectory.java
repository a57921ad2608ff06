package dev.pawl.dev.postgres;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The directory that a server keeps its data in, held by one process at a time.
 *
 * <pre>
 * pawl.lock      locked while a server uses the directory; holds the server's process id
 * pawl-version   the format of the directory
 * password       of the database user, readable by the owner only
 * postgres/      the database cluster
 * postgres.log   what PostgreSQL says
 * </pre>
 */
final class DataDirectory implements AutoCloseable {
  /** Raised when an older Pawl could not use the directory any more. */
  static final int FORMAT = 1;

  private static final String LOCK = "pawl.lock";
  private static final String VERSION = "pawl-version";
  private static final String PASSWORD = "password";
  private static final long LOG_LIMIT = 16L << 20;

  /**
   * What this process holds. Its own second opening must not touch the lock file: closing any
   * channel on it would give up the lock of the first.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel channel;

  private DataDirectory(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /**
   * Takes the directory, creating it when it is missing, and checks that this Pawl with a
   * PostgreSQL of version {@code postgresMajor} may use what is in it.
   */
  static DataDirectory open(Path directory, int postgresMajor) throws StartupFailure {
    try {
      Files.createDirectories(
          directory.toAbsolutePath(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path root = directory.toRealPath();
      refuseForeign(root);
      DataDirectory opened = lock(root);
      try {
        opened.check(postgresMajor);
        return opened;
      } catch (IOException | StartupFailure | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StartupFailure(
          Reason.DATA_DIRECTORY_UNUSABLE,
          "cannot use the data directory %s: %s. Make it a directory that this user may write, or name another with --data."
              .formatted(directory, e),
          e);
    }
  }

  /** Takes a directory that exists, whatever is in it. */
  static DataDirectory lock(Path root) throws IOException, StartupFailure {
    if (!HELD.add(root)) {
      throw inUse(root, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      FileChannel channel =
          FileChannel.open(
              root.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          ByteBuffer holder = ByteBuffer.allocate(32);
          channel.read(holder, 0);
          throw inUse(root, StandardCharsets.UTF_8.decode(holder.flip()).toString().strip());
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
        return new DataDirectory(root, channel);
      } catch (IOException | StartupFailure | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | StartupFailure | RuntimeException e) {
      HELD.remove(root);
      throw e;
    }
  }

  private static StartupFailure inUse(Path root, String process) {
    return new StartupFailure(
        Reason.DATA_DIRECTORY_IN_USE,
        "the data directory %s is in use by process %s. Stop that server, or name another directory with --data."
            .formatted(root, process));
  }

  private void check(int postgresMajor) throws IOException, StartupFailure {
    if (!Files.exists(root.resolve(VERSION))) {
      writeOwnerOnly(
          VERSION,
          "# The format of this directory. Whoever raises it can no longer go back.\nformat="
              + FORMAT
              + "\n");
    }
    int format = writtenFormat();
    if (format > FORMAT) {
      throw newer("a newer Pawl (format %d, this one knows up to %d)".formatted(format, FORMAT));
    }
    if (Files.exists(cluster().resolve("PG_VERSION"))) {
      String written = Files.readString(cluster().resolve("PG_VERSION")).strip();
      int major = written.matches("\\d{1,4}") ? Integer.parseInt(written) : 0;
      if (major > postgresMajor) {
        throw newer("PostgreSQL %d (this Pawl carries %d)".formatted(major, postgresMajor));
      }
      if (major < postgresMajor) {
        throw new StartupFailure(
            Reason.DATA_DIRECTORY_UNUSABLE,
            "the data directory %s was written by PostgreSQL %s, this Pawl carries %d. Move the data with pg_dump, or name another directory with --data."
                .formatted(root, written, postgresMajor));
      }
    }
  }

  private StartupFailure newer(String writer) {
    return new StartupFailure(
        Reason.DATA_DIRECTORY_NEWER,
        "the data directory %s was written by %s. Run that version, or name another directory with --data."
            .formatted(root, writer));
  }

  private static void refuseForeign(Path root) throws IOException, StartupFailure {
    List<String> names;
    try (Stream<Path> files = Files.list(root)) {
      names = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    List<String> foreign = names.stream().filter(name -> !name.startsWith(LOCK)).limit(3).toList();
    if (!foreign.isEmpty() && !names.contains(VERSION)) {
      throw new StartupFailure(
          Reason.DATA_DIRECTORY_UNUSABLE,
          "%s is no data directory of Pawl: it has no file %s but holds %s. Name an empty or a new directory with --data."
              .formatted(root, VERSION, String.join(", ", foreign)));
    }
  }

  private int writtenFormat() throws IOException, StartupFailure {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(root.resolve(VERSION))) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      properties.clear();
    }
    String format = properties.getProperty("format", "").strip();
    if (!format.matches("\\d{1,9}")) {
      throw new StartupFailure(
          Reason.DATA_DIRECTORY_UNUSABLE,
          "%s names no format. Restore the file, or name another directory with --data."
              .formatted(root.resolve(VERSION)));
    }
    return Integer.parseInt(format);
  }

  Path root() {
    return root;
  }

  /** The database cluster; exists only when it is complete. */
  Path cluster() {
    return root.resolve("postgres");
  }

  /** Where a cluster is made before it moves to {@link #cluster()}. */
  Path unfinishedCluster() {
    return root.resolve("postgres.new");
  }

  /** The file of PostgreSQL's messages, started afresh when it has grown large. */
  Path log() throws IOException {
    Path log = root.resolve("postgres.log");
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
      Files.move(log, root.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    return log;
  }

  Path passwordFile() {
    return root.resolve(PASSWORD);
  }

  String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  /** Makes the password that the next cluster gets. */
  void generatePassword() throws IOException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    writeOwnerOnly(PASSWORD, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
  }

  private void writeOwnerOnly(String name, String content) throws IOException {
    Path fresh =
        Files.createTempFile(
            root,
            LOCK,
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Path file = root.resolve(name);
    try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the names of all files in the directory as durable as their content. */
  void syncNames() throws IOException {
    try (FileChannel names = FileChannel.open(root, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** Lets go of the directory. Its files stay. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release " + root.resolve(LOCK), e);
    } finally {
      HELD.remove(root);
    }
  }
}
