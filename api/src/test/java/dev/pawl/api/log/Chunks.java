package dev.pawl.api.log;

import com.google.protobuf.ByteString;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.LogSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Chunks as workers pack them. */
final class Chunks {
  private Chunks() {}

  static LogChunk chunk(String task, long fence, long first, int count) {
    return chunk(task, fence, first, count, false, false);
  }

  static LogChunk last(String task, long fence, long first, int count) {
    return chunk(task, fence, first, count, true, false);
  }

  static LogChunk chunk(
      String task, long fence, long first, int count, boolean last, boolean truncated) {
    LogLines.Builder lines = LogLines.newBuilder();
    for (int i = 0; i < count; i++) {
      lines.addLines(
          LogLine.newBuilder()
              .setSequence(first + i)
              .setText("%s %d line %d".formatted(task, fence, first + i)));
    }
    return packed(task, fence, first, count, last, truncated, pack(lines.build().toByteArray()));
  }

  /** A whole section of lines that are given, all at once. */
  static LogChunk section(
      String task, long fence, int round, int attempt, Operation operation, LogLine... given) {
    LogLines.Builder lines = LogLines.newBuilder();
    for (LogLine line : given) {
      lines.addLines(line.toBuilder().setSequence(lines.getLinesCount() + 1));
    }
    return new LogChunk(
        new LogKey(new ExecutionId(Samples.RUN, task, 0), fence),
        Samples.NOW.plusSeconds(fence),
        round,
        attempt,
        operation,
        "w1",
        1,
        given.length,
        pack(lines.build().toByteArray()),
        true,
        false);
  }

  static LogLine line(LogLevel level, int second, String text) {
    return LogLine.newBuilder()
        .setTime(Timestamps.of(Samples.NOW.plusSeconds(second)))
        .setLevel(level)
        .setSource(LogSource.LOG_SOURCE_STDOUT)
        .setText(text)
        .build();
  }

  static LogChunk packed(
      String task,
      long fence,
      long first,
      int count,
      boolean last,
      boolean truncated,
      ByteString lines) {
    return new LogChunk(
        new LogKey(new ExecutionId(Samples.RUN, task, 0), fence),
        Samples.NOW.plusSeconds(fence),
        0,
        (int) fence,
        fence == 1 ? Operation.EXECUTE : Operation.RETRY,
        "w1",
        first,
        count,
        lines,
        last,
        truncated);
  }

  static ByteString pack(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(packed, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(packed.toByteArray());
  }
}
