package dev.pawl.bench.node;

import dev.pawl.bench.BenchFailure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A program of the distribution that runs in a process of its own until it is closed. */
public final class Child implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final String title;
  private final Process process;
  private final Path log;
  private final Thread reaper;

  private Child(String title, Process process, Path log) {
    this.title = title;
    this.process = process;
    this.log = log;
    this.reaper = Thread.ofPlatform().unstarted(process::destroy);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /**
   * Starts {@code pawl} with these arguments.
   *
   * @param title for messages
   */
  public static Child start(String title, List<String> arguments) throws IOException {
    Path log = Files.createTempFile("pawl-bench-" + title + "-", ".log");
    List<String> command = new ArrayList<>();
    command.add(launcher().toString());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new Child(title, process, log);
  }

  private static Path launcher() {
    String home = System.getProperty("pawl.home");
    if (home == null) {
      throw new BenchFailure(
          2, "do not know where the distribution is: run ./pawl bench, or set -Dpawl.home=DIR");
    }
    return Path.of(home, "bin", "pawl");
  }

  /** Waits until something is so, as long as the process lives. */
  public void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new BenchFailure(
            1,
            "the %s ended with %d before %s; it said:%n%s"
                .formatted(title, process.exitValue(), what, tail()));
      }
      if (System.nanoTime() > deadline) {
        throw new BenchFailure(
            1,
            "the %s did not reach \"%s\" within %s; it said:%n%s"
                .formatted(title, what, limit, tail()));
      }
    }
  }

  /** The last lines that it said. */
  private String tail() {
    List<String> lines = lines(line -> true);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** The lines that it said and that pass. */
  public List<String> lines(Predicate<String> passes) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(passes).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Ends it at once, as {@code kill -9} does: it can save nothing. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, and ends it when it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(reaper);
      Files.deleteIfExists(log);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("cannot delete " + log + ": " + e);
    } catch (IllegalStateException shuttingDown) {
      // The hook is running: this process is ending too, and the child was told already.
    }
  }
}
