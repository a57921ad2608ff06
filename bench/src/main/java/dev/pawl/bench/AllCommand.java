package dev.pawl.bench;

import dev.pawl.bench.node.TestBed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs every instrument, one after the other. */
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    header = "Every instrument, one after the other.",
    description = {
      "With the settings that docs/performance.md has.",
      "Exit code 1 when one of them fails; the others are run all the same."
    })
final class AllCommand implements Callable<Integer> {
  /** What the smoke does one after the other; the lanes go on beside each other. */
  private enum Lane {
    /** On a server that they use in turn, since most of a smoke is starting servers. */
    SHARED_SERVER,
    /** Each on a server of its own, or on none. */
    OWN_SERVERS,
    /** The same, of those that mostly wait. */
    WAITING
  }

  /**
   * An instrument and the words behind its name.
   *
   * @param settings of docs/performance.md
   * @param smoke the least that shows that it works; null for what the smoke leaves out
   */
  private record Step(String instrument, Lane lane, String settings, @Nullable String smoke) {}

  private static final List<Step> STEPS =
      List.of(
          new Step(
              "throughput",
              Lane.SHARED_SERVER,
              "--in-flight 256 --slots 256",
              "--warmup 1 --seconds 2 --in-flight 16 --limit-seconds 1"),
          new Step("latency", Lane.SHARED_SERVER, "--seconds 60", "--warmup 1 --seconds 2"),
          new Step(
              "fanout",
              Lane.SHARED_SERVER,
              "--slots 256",
              "--warmup 0 --tasks 20,200 --repetitions 1"),
          new Step("backlog", Lane.SHARED_SERVER, "--slots 256", "--warmup 1 --runs 500"),
          new Step("limit", Lane.SHARED_SERVER, "", "--limit-seconds 1"),
          new Step("burst", Lane.OWN_SERVERS, "--slots 256", "--runs 200"),
          new Step(
              "baseline",
              Lane.SHARED_SERVER,
              "--in-flight 100 --slots 100 --seconds 20",
              "--warmup 1 --seconds 1 --in-flight 16 --settle 1"),
          new Step(
              "growth",
              Lane.SHARED_SERVER,
              "--slots 256",
              "--warmup 0 --seconds 1 --in-flight 1,10 --tasks 10,100 --repetitions 1"),
          new Step("freshness", Lane.OWN_SERVERS, "", "--warmup 1 --seconds 1 --subscribers 1,3"),
          new Step(
              "freshness",
              Lane.OWN_SERVERS,
              "--under-load --slots 256 --in-flight 256",
              "--warmup 0 --seconds 1 --subscribers 2 --under-load --in-flight 4"),
          new Step("logs", Lane.OWN_SERVERS, "", "--warmup 1 --seconds 1 --executions 2"),
          new Step("recovery", Lane.OWN_SERVERS, "--slots 256", "--runs 50"),
          new Step("micro", Lane.OWN_SERVERS, "", "--quick"),
          new Step("lists", Lane.OWN_SERVERS, "", "--rows 1000,2000 --calls 5"),
          // Its entities leave memory after a minute, in the smoke too.
          new Step("idle", Lane.WAITING, "", "--runs 20 --commands 5"),
          // A reader is ended after 30 s at the latest: too long for a smoke, and a test of its
          // own.
          new Step("stalled-readers", Lane.OWN_SERVERS, "--warmup 40", null));

  @Option(
      names = "--quick",
      description = "With tiny windows: shows that each works; its figures are none.")
  private boolean quick;

  @Mixin private OutputOption output = new OutputOption();

  private final PrintStream out;
  private final PrintStream err;

  AllCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> failed = quick ? smoke() : measure();
    if (!failed.isEmpty()) {
      throw new BenchFailure(
          1, "these instruments failed, see above: " + String.join(", ", failed));
    }
    return 0;
  }

  private List<String> measure() {
    List<String> failed = new ArrayList<>();
    for (Step step : STEPS) {
      List<String> words = words(step.instrument(), step.settings());
      err.println("$ pawl bench " + String.join(" ", words));
      if (run(words, out, err) != 0) {
        failed.add(step.instrument());
      }
    }
    return failed;
  }

  /** Nothing is timed, so that instruments may disturb each other. */
  private List<String> smoke() throws IOException, InterruptedException {
    TestBed.Options options = CommandLine.populateCommand(new TestBed.Options());
    try (TestBed bed =
            TestBed.openWithoutWorker(options, "shared_preload_libraries=pg_stat_statements");
        ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<String>> waiting = lanes.submit(() -> smoke(Lane.WAITING, List.of()));
      Future<List<String>> alone = lanes.submit(() -> smoke(Lane.OWN_SERVERS, List.of()));
      List<String> failed =
          new ArrayList<>(
              smoke(
                  Lane.SHARED_SERVER,
                  List.of(
                      "--server",
                      bed.address(),
                      "--data",
                      bed.dataDirectory().toString(),
                      "--with-worker")));
      failed.addAll(alone.get());
      failed.addAll(waiting.get());
      return failed;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private List<String> smoke(Lane lane, List<String> where) {
    List<String> failed = new ArrayList<>();
    for (Step step : STEPS) {
      String settings = step.smoke();
      if (step.lane() == lane && settings != null) {
        List<String> words = words(step.instrument(), settings);
        words.addAll(where);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
        long begin = System.nanoTime();
        int exitCode = run(words, both, both);
        synchronized (this) {
          err.printf(
              "$ pawl bench %s   (%d s)%n",
              String.join(" ", words), (System.nanoTime() - begin) / 1_000_000_000);
          out.print(said.toString(StandardCharsets.UTF_8));
          out.flush();
        }
        if (exitCode != 0) {
          failed.add(step.instrument());
        }
      }
    }
    return failed;
  }

  private static List<String> words(String instrument, String settings) {
    List<String> words = new ArrayList<>(List.of(instrument));
    if (!settings.isEmpty()) {
      words.addAll(List.of(settings.split(" ")));
    }
    return words;
  }

  private int run(List<String> words, PrintStream results, PrintStream errors) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("-o", output.format().name()));
    return Main.run(all.toArray(String[]::new), results, errors);
  }
}
