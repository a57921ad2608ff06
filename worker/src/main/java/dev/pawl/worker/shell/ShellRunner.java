package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Struct;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.ShellAction;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.runner.Result;
import dev.pawl.worker.runner.Runner;
import dev.pawl.worker.runner.Work;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a script in a session, a process group and a working directory of its own.
 *
 * <p>The attempt ends when the script exits. What it left in its session is killed then; a daemon
 * that took a session of its own lives on, unless the work is stopped. A script does not outlive
 * its worker, however that dies. Of the worker's environment it sees only {@link #INHERITED}.
 */
public final class ShellRunner implements Runner, AutoCloseable {
  /** The worker's own variables that a script is given, besides {@code LC_*}. */
  public static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "LANG", "TZ", "TMPDIR", "USER", "JAVA_HOME");

  private static final Logger log = LoggerFactory.getLogger(ShellRunner.class);

  // Linux: MAX_ARG_STRLEN, with the name, "=" and the end.
  private static final int MAX_VARIABLE_BYTES = (128 << 10) - 1;
  private static final long DRAIN_MILLIS = 2_000;

  private final Path root;
  private final Map<String, String> inherited;
  private final Launcher launcher;
  private final Watchdog watchdog;

  /**
   * @param root where working directories are made
   * @param environment the worker's
   */
  public ShellRunner(Path root, Map<String, String> environment) {
    this.root = root;
    Map<String, String> kept = new TreeMap<>(environment);
    kept.keySet().removeIf(name -> !INHERITED.contains(name) && !name.startsWith("LC_"));
    this.inherited = Map.copyOf(kept);
    this.launcher = Launcher.find(environment.getOrDefault("PATH", ""));
    this.watchdog = new Watchdog(launcher);
  }

  /** Kills what is left of its scripts. */
  @Override
  public void close() {
    watchdog.close();
  }

  @Override
  public Result run(Work work) throws InterruptedException {
    if (work.stop().isStopping()) {
      return Result.DONE;
    }
    Path directory;
    try {
      directory = Files.createTempDirectory(Files.createDirectories(root), "pawl-");
    } catch (IOException e) {
      return startFailed("no working directory could be made in " + root, e);
    }
    try {
      return run(work, directory);
    } catch (IOException e) {
      return startFailed("the script could not be run", e);
    } finally {
      delete(directory);
    }
  }

  private Result run(Work work, Path directory) throws IOException, InterruptedException {
    ShellAction action = work.action().getShell();
    Path script = Files.writeString(directory.resolve("script"), action.getScript(), UTF_8);
    Path output = Files.createFile(directory.resolve("output"));
    Path data = Files.createFile(directory.resolve("data"));
    String cookie = UUID.randomUUID().toString();
    Map<String, String> environment = environment(work, output, data, cookie);
    Optional<String> tooLong = tooLong(environment);
    if (tooLong.isPresent()) {
      return Result.failedForGood("START_FAILED", tooLong.get());
    }
    List<String> command = new ArrayList<>(launcher.prefix());
    command.addAll(
        action.getInterpreterCount() == 0 ? List.of("/bin/sh") : action.getInterpreterList());
    command.add(script.toString());

    Optional<String> missing = missing(command.get(launcher.prefix().size()), environment);
    if (missing.isPresent()) {
      return Result.failed("START_FAILED", missing.get());
    }

    makePipes(directory);
    try (OutputPipe stdout =
            new OutputPipe(
                directory.resolve("stdout"),
                line ->
                    work.log().append(LogLevel.LOG_LEVEL_INFO, LogSource.LOG_SOURCE_STDOUT, line));
        OutputPipe stderr =
            new OutputPipe(
                directory.resolve("stderr"),
                line ->
                    work.log()
                        .append(LogLevel.LOG_LEVEL_WARN, LogSource.LOG_SOURCE_STDERR, line))) {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(Files.createDirectory(directory.resolve("work")).toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(stdout.path().toFile())
              .redirectError(stderr.path().toFile());
      Process process;
      try {
        builder.environment().clear();
        builder.environment().putAll(environment);
        process = builder.start();
      } catch (IOException | IllegalArgumentException e) {
        return startFailed("the interpreter could not be started", e);
      }
      watchdog.guard(process.pid());
      int exitCode;
      try {
        exitCode = await(work, process, cookie);
      } finally {
        watchdog.release(process.pid());
      }
      stdout.finish();
      stderr.finish();
      if (!stdout.awaitEnd(DRAIN_MILLIS) || !stderr.awaitEnd(DRAIN_MILLIS)) {
        // No room in the log: the report must not wait for it.
        work.log().closing();
        if (!stdout.awaitEnd(DRAIN_MILLIS) || !stderr.awaitEnd(DRAIN_MILLIS)) {
          log.warn("{}: what was printed last could not be read in time", work.name().name());
        }
      }
      DataFile.read(data, work.publication());
      return exitCode == 0
          ? OutputFile.read(output, work.spec().getOutputsList())
          : Result.failed("EXIT_CODE", shown(exitCode));
    }
  }

  /** Waits until the script has exited and nothing that it left in its session lives. */
  private int await(Work work, Process process, String cookie) throws InterruptedException {
    ProcessTree tree = new ProcessTree(process, launcher.givesOwnGroup(), cookie);
    work.begun().run();
    work.stop().onSignal(tree::signal);
    work.stop()
        .onKill(
            () -> {
              // What waits for room in the log must not outlive its process.
              work.log().closing();
              try {
                tree.kill();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    int exitCode = ProcessTree.exitCode(process);
    if (work.stop().isStopping()) {
      tree.kill();
      return exitCode;
    }
    int left = tree.settle();
    if (left > 0) {
      work.log()
          .append(
              LogLevel.LOG_LEVEL_WARN,
              LogSource.LOG_SOURCE_WORKER,
              "the script left %d process%s running: killed"
                  .formatted(left, left == 1 ? "" : "es"));
    }
    return exitCode;
  }

  private Map<String, String> environment(Work work, Path output, Path data, String cookie) {
    Map<String, String> environment = new TreeMap<>(inherited);
    environment.putAll(work.action().getShell().getEnvironmentMap());
    add(environment, "PAWL_IN_", work.inputs());
    add(environment, "PAWL_OUT_", work.outputs());
    environment.put("PAWL_TASK", work.task());
    environment.put("PAWL_RUN", work.name().run());
    environment.put("PAWL_EXECUTION", work.name().name());
    environment.put("PAWL_INDEX", work.name().index());
    environment.put("PAWL_FENCE", Long.toString(work.fence()));
    environment.put("PAWL_OPERATION", work.operation().name().substring("OPERATION_".length()));
    environment.put("PAWL_ATTEMPT", Integer.toString(work.attempt()));
    environment.put("PAWL_OUTPUT", output.toString());
    environment.put("PAWL_DATA", data.toString());
    environment.put(ProcessTree.COOKIE, cookie);
    return environment;
  }

  private static void add(Map<String, String> environment, String prefix, Struct values) {
    values
        .getFieldsMap()
        .forEach(
            (name, value) ->
                environment.put(
                    prefix + name.toUpperCase(Locale.ROOT),
                    value.hasStringValue() ? value.getStringValue() : Json.write(value)));
  }

  private static Optional<String> tooLong(Map<String, String> environment) {
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      int bytes = variable.getKey().length() + 1 + variable.getValue().getBytes(UTF_8).length;
      if (bytes > MAX_VARIABLE_BYTES) {
        return Optional.of(
            "an environment variable holds at most %,d bytes, but %s takes %,d; hand over the name of a file instead"
                .formatted(MAX_VARIABLE_BYTES, variable.getKey(), bytes));
      }
    }
    return Optional.empty();
  }

  /** Says so when there is no such program; the launcher would only exit with some code. */
  private static Optional<String> missing(String program, Map<String, String> environment) {
    boolean found =
        program.contains("/")
            ? Files.isExecutable(Path.of(program))
            : Stream.of(environment.getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    return found
        ? Optional.empty()
        : Optional.of(
            "the interpreter must be a program of this worker's machine, but there is no "
                + program);
  }

  private static void makePipes(Path directory) throws IOException {
    Process mkfifo =
        new ProcessBuilder("mkfifo", "-m", "600", "stdout", "stderr")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int exitCode = ProcessTree.exitCode(mkfifo);
    if (exitCode != 0) {
      throw new IOException("mkfifo in " + directory + " ended with exit code " + exitCode);
    }
  }

  private static String shown(int exitCode) {
    return exitCode > 128 && exitCode <= 192
        ? "exit code %d (killed by signal %d)".formatted(exitCode, exitCode - 128)
        : "exit code " + exitCode;
  }

  private static Result startFailed(String what, Exception why) {
    return Result.failed("START_FAILED", what + ": " + why.getMessage());
  }

  private static void delete(Path directory) {
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException | UncheckedIOException e) {
      log.warn("The working directory {} could not be removed", directory, e);
    }
  }
}
