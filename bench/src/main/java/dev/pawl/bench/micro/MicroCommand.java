package dev.pawl.bench.micro;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.OutputOption;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what single decisions and translations cost, with JMH. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    header = "What rules, serializers, readiness and dispatch cost by themselves.",
    description = {
      "What the rules, the serializers, the readiness of tasks and the dispatcher cost by",
      "themselves: without server and database, in a process of its own for each."
    })
public final class MicroCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "REGEX",
      arity = "0..1",
      defaultValue = ".*",
      description = "Only benchmarks whose name has a match (default: all).")
  private String regex = ".*";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How long each is measured, after as long a warm-up (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--quick",
      description = "A moment of each, in this process: shows that it works; its figures are none.")
  private boolean quick;

  @Mixin private OutputOption output = new OutputOption();

  private final PrintStream out;

  public MicroCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result of one benchmark.
   *
   * @param nanosPerOperation the mean
   * @param errorNanos half of its 99.9 % confidence interval; 0 when there is none
   */
  record Micro(
      String instrument,
      String benchmark,
      Map<String, String> parameters,
      double nanosPerOperation,
      double errorNanos,
      double allocatedBytesPerOperation) {}

  @Override
  public Integer call() {
    if (seconds < 1) {
      throw new BenchFailure(2, "--seconds must be at least 1");
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(regex)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .forks(quick ? 0 : 1)
            .warmupIterations(quick ? 1 : seconds)
            .measurementIterations(quick ? 1 : seconds)
            .warmupTime(quick ? TimeValue.milliseconds(20) : TimeValue.seconds(1))
            .measurementTime(quick ? TimeValue.milliseconds(20) : TimeValue.seconds(1));
    List<Micro> results = new ArrayList<>();
    try {
      Collection<RunResult> ran = new Runner(options.build()).run();
      ran.stream()
          .map(MicroCommand::micro)
          .sorted(Comparator.comparing(Micro::benchmark).thenComparing(m -> "" + m.parameters()))
          .forEach(results::add);
    } catch (RunnerException e) {
      throw new BenchFailure(1, "a benchmark failed: %s: %s".formatted(e.getMessage(), causes(e)));
    }
    switch (output.format()) {
      case TABLE -> Output.table(out, results);
      case JSON -> results.forEach(result -> Output.json(out, result));
    }
    return 0;
  }

  /** JMH hangs what a benchmark threw on an exception of its own, or beside it. */
  private static String causes(Throwable thrown) {
    return Stream.concat(
            Stream.ofNullable(thrown.getCause()), Arrays.stream(thrown.getSuppressed()))
        .map(cause -> cause + " " + causes(cause))
        .collect(Collectors.joining("; "))
        .strip();
  }

  private static Micro micro(RunResult result) {
    String[] name = result.getParams().getBenchmark().split("\\.");
    Map<String, String> parameters = new TreeMap<>();
    result
        .getParams()
        .getParamsKeys()
        .forEach(key -> parameters.put(key, result.getParams().getParam(key)));
    Result<?> time = result.getPrimaryResult();
    double nanos = nanosIn(time.getScoreUnit());
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Micro(
        "micro",
        name[name.length - 2] + "." + name[name.length - 1],
        parameters,
        Output.rounded(time.getScore() * nanos),
        Double.isNaN(time.getScoreError()) ? 0 : Output.rounded(time.getScoreError() * nanos),
        allocated == null ? 0 : Output.rounded(allocated.getScore()));
  }

  private static double nanosIn(String unit) {
    return switch (unit) {
      case "ns/op" -> 1;
      case "us/op" -> 1_000;
      case "ms/op" -> 1_000_000;
      default -> throw new IllegalArgumentException("an unknown unit of time: " + unit);
    };
  }
}
