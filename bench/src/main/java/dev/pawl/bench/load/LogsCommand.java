package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import dev.pawl.bench.postgres.Postgres;
import dev.pawl.worker.Worker;
import dev.pawl.worker.log.LogLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how much log a server stores, and how far behind a reader of it is. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    header = "How much log becomes durable, and how far behind a reader is.",
    description = {
      "Lines and bytes of log that become durable per second, from a worker in this process whose",
      "handlers log as fast as they are let; then again with somebody who follows one of the logs."
    })
public final class LogsCommand implements Callable<Integer> {
  private static final Duration CONNECT = Duration.ofSeconds(30);

  /** Nothing of what the handlers write is cut off by the worker. */
  private static final LogLimits LIMITS =
      new LogLimits(1L << 30, LogLimits.DEFAULT.sectionBytes(), LogLimits.DEFAULT.workerBytes());

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--executions",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,50",
      description = "How many log at once, one measurement for each (default: ${DEFAULT-VALUE}).")
  private List<Integer> executions = List.of();

  @Option(
      names = "--line-bytes",
      paramLabel = "N",
      defaultValue = "250",
      description = "The length of a line (default: ${DEFAULT-VALUE}).")
  private int lineBytes;

  private final PrintStream out;

  public LogsCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result for a number of executions.
   *
   * @param megabytesPerSecond of text, as it was written: a megabyte is 10^6 bytes
   * @param packedMegabytesPerSecond of what the database holds of it
   * @param followedMegabytesPerSecond as the first, while somebody follows one of the logs
   * @param readerLagP50Millis from the writing of a line to its receipt, for the oldest line of
   *     each message
   * @param readerTooSlow how often the server ended the reader and it went on from its cursor
   */
  record Logs(
      String instrument,
      int executions,
      int lineBytes,
      double megabytesPerSecond,
      double linesPerSecond,
      double packedMegabytesPerSecond,
      double followedMegabytesPerSecond,
      double readerLinesPerSecond,
      double readerLagP50Millis,
      double readerLagP99Millis,
      long readerTooSlow,
      long writtenLines,
      long storedLines) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (lineBytes < 1 || executions.stream().anyMatch(count -> count < 1)) {
      throw new BenchFailure(2, "--line-bytes and --executions must be at least 1");
    }
    boolean complete = true;
    for (int count : executions) {
      Logs result = measure(count);
      Output.print(out, options.format(), result);
      complete &= result.writtenLines() == result.storedLines();
    }
    return complete ? 0 : 1;
  }

  private Logs measure(int count) throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.openWithoutWorker(options.testBed());
        Connection database = bed.postgres().connect();
        LogReader reader = new LogReader(bed.channel())) {
      Postgres.requireFsync(database);
      LogLoad load = new LogLoad(lineBytes, reader::follow);
      String definition = Definitions.submitHandler(bed.channel(), LogLoad.HANDLER);
      try (Worker worker =
              Worker.builder()
                  .address(bed.address())
                  .workerId("bench-" + ProcessHandle.current().pid())
                  .slots(count)
                  .logLimits(LIMITS)
                  .handler(LogLoad.HANDLER, load::handle)
                  .build();
          RunLoad runs = new RunLoad(bed.channel(), definition)) {
        worker.start();
        if (!worker.awaitConnected(CONNECT)) {
          throw new BenchFailure(1, "the worker is not connected: " + worker.lastFailure());
        }
        Duration whole = options.warmup().plus(options.measured().multipliedBy(2));
        CompletableFuture<RunLoad.Result> running = keepRunning(runs, count, whole);
        TimeUnit.NANOSECONDS.sleep(options.warmup().toNanos());
        Stored begin = Stored.read(database);
        TimeUnit.NANOSECONDS.sleep(options.measured().toNanos());
        Stored middle = Stored.read(database);
        reader.begin(load.live());
        TimeUnit.NANOSECONDS.sleep(options.measured().toNanos());
        Stored end = Stored.read(database);
        reader.end();
        load.end();
        RunLoad.Result ended = get(running);
        if (ended.failed() > 0 || !ended.errors().isEmpty()) {
          throw new BenchFailure(
              1, "%d runs failed, starts: %s".formatted(ended.failed(), ended.errors()));
        }
        if (!worker.drain(Duration.ofSeconds(60))) {
          throw new BenchFailure(1, "the worker's last lines were not stored within 60 s");
        }
        return new Logs(
            "logs",
            count,
            lineBytes,
            Output.rounded(middle.linesPerSecond(begin) * lineBytes / 1e6),
            Output.rounded(middle.linesPerSecond(begin)),
            Output.rounded(middle.bytesPerSecond(begin) / 1e6),
            Output.rounded(end.linesPerSecond(middle) * lineBytes / 1e6),
            Output.rounded(reader.lines() / options.measured().toSeconds()),
            reader.lagMicros().getValueAtPercentile(50) / 1_000.0,
            reader.lagMicros().getValueAtPercentile(99) / 1_000.0,
            reader.tooSlow(),
            load.written(),
            Stored.read(database).lines());
      }
    }
  }

  private static CompletableFuture<RunLoad.Result> keepRunning(
      RunLoad runs, int count, Duration whole) {
    CompletableFuture<RunLoad.Result> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("log-runs")
        .start(
            () -> {
              try {
                result.complete(runs.keepInFlight(count, whole));
              } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static RunLoad.Result get(CompletableFuture<RunLoad.Result> running)
      throws InterruptedException {
    try {
      return running.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What the log's table holds at a moment. */
  private record Stored(long nanos, long lines, long bytes) {
    static Stored read(Connection database) throws SQLException {
      try (Statement statement = database.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT coalesce(sum(lines), 0)::bigint, coalesce(sum(bytes), 0)::bigint"
                      + " FROM log_section")) {
        row.next();
        return new Stored(System.nanoTime(), row.getLong(1), row.getLong(2));
      }
    }

    double linesPerSecond(Stored earlier) {
      return (lines - earlier.lines) * 1e9 / (nanos - earlier.nanos);
    }

    double bytesPerSecond(Stored earlier) {
      return (bytes - earlier.bytes) * 1e9 / (nanos - earlier.nanos);
    }
  }
}
