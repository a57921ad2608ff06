package dev.pawl.engine.log;

import com.google.protobuf.ByteString;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.log.Logs.Stored;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Chunks whose lines say which they are. */
final class LogFixture {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOON);
  private static final AtomicInteger RUNS = new AtomicInteger();

  private LogFixture() {}

  static RunId newRun() {
    return new RunId("run%023d".formatted(RUNS.incrementAndGet()));
  }

  static LogKey key(RunId run, String task) {
    return new LogKey(new ExecutionId(run, task, 0), 1);
  }

  static LogChunk chunk(LogKey key, long from, int lines) {
    return chunk(key, NOON, from, lines, false, false);
  }

  static LogChunk last(LogKey key, long from, int lines) {
    return chunk(key, NOON, from, lines, true, false);
  }

  static LogChunk chunk(
      LogKey key, Instant startedAt, long from, int lines, boolean last, boolean truncated) {
    List<String> text =
        LongStream.range(from, from + lines).mapToObj(i -> key + " line " + i).toList();
    return new LogChunk(
        key,
        startedAt,
        0,
        1,
        Operation.EXECUTE,
        "worker-1",
        from,
        lines,
        ByteString.copyFromUtf8(String.join("\n", text)),
        last,
        truncated);
  }

  static LogChunk sized(LogKey key, long sequence, int bytes) {
    LogChunk named = chunk(key, sequence, 1);
    return new LogChunk(
        key,
        named.startedAt(),
        named.round(),
        named.attempt(),
        named.operation(),
        named.worker(),
        sequence,
        1,
        ByteString.copyFrom(new byte[bytes]),
        false,
        false);
  }

  /** All chunks of a section as they are stored, page by page. */
  static List<LogChunk> readAll(Logs logs, LogKey key) throws Exception {
    List<LogChunk> all = new ArrayList<>();
    long from = 1;
    while (true) {
      List<LogChunk> page = await(logs.read(key, from, 10_000));
      if (page.isEmpty()) {
        return all;
      }
      all.addAll(page);
      from = page.getLast().nextSequence();
    }
  }

  static Stored stored(long sequence) {
    return new Stored(sequence, false);
  }

  static Stored closed(long sequence) {
    return new Stored(sequence, true);
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
