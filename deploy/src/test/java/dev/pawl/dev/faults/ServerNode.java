package dev.pawl.dev.faults;

import dev.pawl.dev.DevProcess;
import dev.pawl.dev.startup.ReadyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A {@code pawl server} in a process of its own. */
final class ServerNode implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);

  private final Path directory;
  private final String address;
  private final int clusterPort;
  private Process process;

  private ServerNode(Path directory, String address, int clusterPort) throws IOException {
    this.directory = directory;
    this.address = address;
    this.clusterPort = clusterPort;
    this.process = launch();
  }

  /**
   * Begins to start one; {@link #awaitReady} waits until it serves.
   *
   * @param directory has its configuration as {@code server.conf}, and gets its output
   * @param address where it serves
   */
  static ServerNode begin(Path directory, String address, int clusterPort) throws IOException {
    return new ServerNode(directory, address, clusterPort);
  }

  private Process launch() throws IOException {
    Files.deleteIfExists(ready());
    return DevProcess.launch(
        directory,
        Ordeal.shortLived(),
        List.of(
            "server",
            "--config",
            directory.resolve("server.conf").toString(),
            "--ready-file",
            ready().toString()));
  }

  private Path ready() {
    return directory.resolve("ready.json");
  }

  void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      Optional<ReadyFile> found =
          ReadyFile.read(ready()).filter(file -> file.pid() == process.pid());
      if (found.isPresent()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("not ready within " + READY_WITHIN + "\n" + output());
      }
    }
    throw new IOException("ended with " + process.exitValue() + "\n" + output());
  }

  String address() {
    return address;
  }

  int clusterPort() {
    return clusterPort;
  }

  /** Ends the process at once, as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to stop with SIGTERM, waits, and returns how long that took. */
  Duration stop() throws InterruptedException {
    long begun = System.nanoTime();
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the node does not stop");
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("the node ended with " + process.exitValue());
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Lets the process stand still. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets the process go on. */
  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  void restart() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  String output() throws IOException {
    return Files.readString(directory.resolve("output"));
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
