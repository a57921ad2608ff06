package dev.pawl.dev.postgres;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the cluster of a data directory and starts PostgreSQL on it. */
final class PostgresServer {
  static final String USER = "pawl";

  /** What whoever starts the server may want otherwise; the last of a name counts. */
  private static final List<String> DEFAULTS =
      List.of("max_connections=60", "log_timezone=UTC", "timezone=UTC");

  /** Given on the command line, where neither a file nor ALTER SYSTEM overrules them. */
  private static final List<String> FIXED =
      List.of(
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "password_encryption=scram-sha-256");

  /** Crash recovery of a large write-ahead log takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String PORT_TAKEN = "Address already in use";
  private static final String STILL_IN_USE = "is still in use";

  private final PostgresBinaries binaries;
  private final Programs programs;
  private final DataDirectory data;
  private final PostgresSettings settings;

  PostgresServer(
      PostgresBinaries binaries, Programs programs, DataDirectory data, PostgresSettings settings) {
    this.binaries = binaries;
    this.programs = programs;
    this.data = data;
    this.settings = settings;
  }

  /** How a start ended. */
  sealed interface Start {
    /** PostgreSQL accepts connections. */
    record Ready(Process process) implements Start {}

    /** Somebody else listens on the port. */
    record PortTaken() implements Start {}

    /** Children of a killed server are about to go. */
    record StillInUse() implements Start {}

    /** PostgreSQL ended, and these were its last words. */
    record Failed(int exitCode, String lastWords) implements Start {}
  }

  /** Makes the cluster unless it exists. It appears whole or, after a crash, not at all. */
  void initialize() throws IOException, InterruptedException, StartupFailure {
    if (Files.exists(data.cluster())) {
      return;
    }
    Trees.delete(data.unfinishedCluster());
    data.generatePassword();
    Process initdb =
        programs
            .builder(
                binaries.initdb(),
                List.of(
                    "--pgdata=" + data.unfinishedCluster(),
                    "--username=" + USER,
                    "--pwfile=" + data.passwordFile(),
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8"))
            .start();
    String output =
        new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (initdb.waitFor() != 0) {
      throw new StartupFailure(
          Reason.DATABASE_FAILED,
          "PostgreSQL cannot make a database in %s: %s"
              .formatted(data.root(), lastLines(output, 3)));
    }
    Files.move(data.unfinishedCluster(), data.cluster());
    data.syncNames();
  }

  /** Starts PostgreSQL on {@code port} and waits until it is ready or has given up. */
  Start start(int port) throws IOException, InterruptedException {
    Path log = data.log();
    long logged = Files.exists(log) ? Files.size(log) : 0;
    List<String> arguments =
        Stream.concat(
                Stream.of("-D", data.cluster().toString(), "-p", Integer.toString(port)),
                Stream.of(DEFAULTS.stream(), settings.arguments(), FIXED.stream())
                    .flatMap(Function.identity())
                    .flatMap(setting -> Stream.of("-c", setting)))
            .toList();
    Process process =
        programs
            .builder(binaries.postgres(), arguments)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
        Optional<Postmaster> postmaster = Postmaster.of(data.cluster());
        if (postmaster.isPresent()
            && postmaster.get().pid() == process.pid()
            && postmaster.get().ready()) {
          return new Start.Ready(process);
        }
        if (System.nanoTime() > deadline) {
          Postmaster.stop(process.toHandle());
          return new Start.Failed(-1, "not ready after " + PATIENCE);
        }
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    String words = wordsSince(log, logged);
    if (words.contains(PORT_TAKEN)) {
      return new Start.PortTaken();
    }
    if (words.contains(STILL_IN_USE)) {
      return new Start.StillInUse();
    }
    return new Start.Failed(process.exitValue(), lastLines(words, 3));
  }

  private static String wordsSince(Path log, long position) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(position);
      byte[] words = new byte[(int) Math.min(file.length() - position, 1 << 16)];
      file.readFully(words);
      return new String(words, StandardCharsets.UTF_8).strip();
    }
  }

  private static String lastLines(String text, int count) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
