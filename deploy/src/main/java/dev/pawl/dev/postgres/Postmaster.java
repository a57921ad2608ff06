package dev.pawl.dev.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What PostgreSQL writes into {@code postmaster.pid} about the server that uses a cluster. */
record Postmaster(long pid, int port, boolean ready) {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  private static final String FILE = "postmaster.pid";
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /** Reads the file of {@code cluster}; empty when there is none or it is still being written. */
  static Optional<Postmaster> of(Path cluster) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(cluster.resolve(FILE));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (lines.size() <= PORT_LINE
        || !isNumber(lines.get(PID_LINE))
        || !isNumber(lines.get(PORT_LINE))) {
      return Optional.empty();
    }
    return Optional.of(
        new Postmaster(
            Long.parseLong(lines.get(PID_LINE).strip()),
            Integer.parseInt(lines.get(PORT_LINE).strip()),
            lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready")));
  }

  private static boolean isNumber(String line) {
    return line.strip().matches("\\d{1,9}");
  }

  /**
   * Stops the server that a killed predecessor left on {@code cluster}. The caller holds the data
   * directory, so whoever runs there has lost its owner. A file that a dead server left, whose
   * number another program has by now, is removed: PostgreSQL would take that program for a server.
   */
  static void stopOrphan(Path cluster) throws IOException, InterruptedException {
    Optional<Postmaster> left = of(cluster);
    if (left.isEmpty()) {
      return;
    }
    Optional<ProcessHandle> process =
        ProcessHandle.of(left.get().pid()).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return;
    }
    if (serves(process.get(), cluster)) {
      LOG.info("stopping PostgreSQL {}, left on {} by a killed server", left.get().pid(), cluster);
      stop(process.get());
    } else if (process.get().info().command().isPresent()) {
      Files.deleteIfExists(cluster.resolve(FILE));
    }
  }

  private static boolean serves(ProcessHandle process, Path cluster) {
    boolean postgres =
        process.info().command().filter(command -> command.endsWith("/postgres")).isPresent();
    return postgres
        && Arrays.asList(process.info().arguments().orElse(new String[0]))
            .contains(cluster.toString());
  }

  /** Asks for a fast stop, then an immediate one, then kills. */
  static void stop(ProcessHandle process) throws IOException, InterruptedException {
    if (!process.isAlive()
        || signal(process, "INT", Duration.ofSeconds(20))
        || signal(process, "QUIT", Duration.ofSeconds(5))) {
      return;
    }
    process.destroyForcibly();
    awaitEnd(process, Duration.ofSeconds(5));
  }

  private static boolean signal(ProcessHandle process, String signal, Duration patience)
      throws IOException, InterruptedException {
    // ProcessHandle knows TERM (which waits for every client) and KILL only.
    new ProcessBuilder("/bin/sh", "-c", "kill -s %s %d".formatted(signal, process.pid()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    return awaitEnd(process, patience);
  }

  /** Looks often: {@code onExit} of a process that is not our child looks every few seconds. */
  private static boolean awaitEnd(ProcessHandle process, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (process.isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return true;
  }
}
