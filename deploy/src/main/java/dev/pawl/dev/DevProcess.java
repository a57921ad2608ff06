package dev.pawl.dev;

import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.startup.ReadyFile;
import dev.pawl.dev.startup.StartupFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@code pawl dev} in a process of its own, to be killed and started again on the same data and
 * the same port.
 */
public final class DevProcess implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

  private final Path directory;
  private final List<String> jvmOptions;
  private final List<String> options;
  private int port;
  private Process process;
  private ReadyFile ready;

  private DevProcess(Path directory, List<String> jvmOptions, List<String> options)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.options = List.copyOf(options);
    this.process = launch(directory, jvmOptions, arguments());
    this.ready = awaitReady();
    this.port = Integer.parseInt(ready.address().substring(ready.address().lastIndexOf(':') + 1));
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @param directory holds its data, its ready file and its output
   * @param jvmOptions such as {@code -Xmx512m}
   * @param options of {@code pawl dev}, such as {@code --no-worker}
   */
  public static DevProcess start(Path directory, List<String> jvmOptions, List<String> options)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    return new DevProcess(directory, jvmOptions, options);
  }

  /**
   * Starts {@code pawl} with these arguments in a JVM like this one. What it prints goes to the
   * file {@code output} in {@code directory}.
   */
  public static Process launch(Path directory, List<String> jvmOptions, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("output").toFile()))
        .start();
  }

  /** What a node needs of the class path of this JVM: all but the tests of a build. */
  public static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty() && !Path.of(entry).endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "dev",
                "--data",
                directory.resolve("data").toString(),
                "--port",
                Integer.toString(port),
                "--ready-file",
                readyFile().toString()));
    arguments.addAll(options);
    return arguments;
  }

  private Path readyFile() {
    return directory.resolve("ready.json");
  }

  private ReadyFile awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      Optional<ReadyFile> found =
          ReadyFile.read(readyFile()).filter(file -> file.pid() == process.pid());
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException("not ready within " + READY_WITHIN + "\n" + output());
      }
    }
    throw new IOException("ended with " + process.exitValue() + "\n" + output());
  }

  /** Ends the process at once, as a crash would; its PostgreSQL stays behind. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to stop with SIGTERM, waits, and returns its exit code. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "did not stop within " + STOPPED_WITHIN + " of SIGTERM: process " + process.pid());
    }
    return process.exitValue();
  }

  /** Starts it again, after it was killed or stopped, on the same data and port. */
  public void restart() throws IOException, InterruptedException {
    if (process.isAlive()) {
      throw new IllegalStateException("process " + process.pid() + " still runs");
    }
    process = launch(directory, jvmOptions, arguments());
    ready = awaitReady();
  }

  /** Where it serves, as {@code host:port}; the same after each restart. */
  public String address() {
    return ready.address();
  }

  /** Where its metrics and health are, as {@code host:port}, if it was told to show them. */
  public Optional<String> metricsAddress() {
    return ready.metricsAddress();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Path dataDirectory() {
    return ready.dataDirectory().orElseThrow();
  }

  /** All that it printed, over all restarts. */
  public String output() throws IOException {
    return Files.readString(directory.resolve("output"));
  }

  /** Stops it if it runs, and the PostgreSQL that it would leave behind. */
  @Override
  public void close() throws StartupFailure, InterruptedException {
    if (process.isAlive()) {
      stop();
    }
    EmbeddedPostgres.stopAbandoned(dataDirectory());
  }
}
