package dev.pawl.bench.chaos.node;

import dev.pawl.bench.BenchFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program of ours in a process of its own, that is killed, stopped where it stands, and started
 * again with the same arguments. What it prints goes to one file over all its lives.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
  private static final int LAST_LINES = 20;

  private final String name;
  private final Path output;
  private final List<String> command;
  private final Thread reaper;

  private volatile @Nullable Process process;
  private volatile boolean paused;

  /**
   * A program that does not run yet.
   *
   * @param name for messages
   * @param output where what it prints is added
   * @param jvmOptions such as {@code -Xmx512m}
   */
  JavaProcess(
      String name, Path output, List<String> jvmOptions, String mainClass, List<String> arguments) {
    this.name = name;
    this.output = output;
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    words.addAll(jvmOptions);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    words.addAll(arguments);
    this.command = List.copyOf(words);
    this.reaper = Thread.ofPlatform().unstarted(this::killNow);
  }

  /** Starts it for the first time. */
  void start() throws IOException {
    Runtime.getRuntime().addShutdownHook(reaper);
    startAgain();
  }

  /** Starts it, after it ended or was killed. */
  public void startAgain() throws IOException {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    paused = false;
    process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
  }

  private Process process() {
    Process started = process;
    if (started == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return started;
  }

  /** Waits until something is so, as long as the process lives. */
  public void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (process().waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new BenchFailure(
            1,
            "%s ended with %d before %s; it said:%n%s"
                .formatted(name, process().exitValue(), what, tail()));
      }
      if (System.nanoTime() > deadline) {
        throw new BenchFailure(
            1, "%s: not %s within %s; it said:%n%s".formatted(name, what, limit, tail()));
      }
    }
  }

  private String tail() {
    try (Stream<String> all = Files.lines(output)) {
      List<String> lines = all.toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(%s cannot be read: %s)".formatted(output, e);
    }
  }

  public String name() {
    return name;
  }

  public Path output() {
    return output;
  }

  public long pid() {
    return process().pid();
  }

  public boolean isAlive() {
    Process started = process;
    return started != null && started.isAlive();
  }

  /** Whether it was stopped where it stands. */
  public boolean isPaused() {
    return paused;
  }

  /** Ends it at once, as a crash would. */
  public void kill() throws InterruptedException {
    process().destroyForcibly().waitFor();
    paused = false;
  }

  /** Stops it where it stands (SIGSTOP). */
  public void pause() throws IOException, InterruptedException {
    Signals.stop(Stream.of(process().toHandle()));
    paused = true;
  }

  /** Lets it go on (SIGCONT). */
  public void goOn() throws IOException, InterruptedException {
    Signals.goOn(Stream.of(process().toHandle()));
    paused = false;
  }

  private void killNow() {
    Process started = process;
    if (started != null) {
      started.destroyForcibly();
    }
  }

  /** Asks it to end, and ends it when it does not. */
  @Override
  public void close() {
    Process started = process;
    if (started == null) {
      return;
    }
    try {
      if (paused && started.isAlive()) {
        goOn();
      }
      started.destroy();
      if (!started.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        started.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(reaper);
    } catch (IOException e) {
      started.destroyForcibly();
      throw new IllegalStateException("cannot end " + name, e);
    } catch (InterruptedException e) {
      started.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException shuttingDown) {
      // The hook runs: this process is ending too, and the other one was killed already.
      started.destroyForcibly();
    }
  }
}
