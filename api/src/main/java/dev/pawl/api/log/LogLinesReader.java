package dev.pawl.api.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.LogSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks the chunks that workers packed. */
final class LogLinesReader {
  /** The most that one chunk may hold unpacked. */
  static final int UNPACKED_BYTES = 1024 * 1024;

  private LogLinesReader() {}

  /**
   * The lines of a chunk from a number on, numbered as the chunk says.
   *
   * <p>A chunk that cannot be read is shown as one line that says so: it must not hide the rest.
   */
  static List<LogLine> lines(LogChunk chunk, long from) {
    if (chunk.lineCount() == 0) {
      return List.of();
    }
    try {
      List<LogLine> packed = LogLines.parseFrom(unpack(chunk.lines())).getLinesList();
      if (packed.size() != chunk.lineCount()) {
        return damaged(chunk, from);
      }
      List<LogLine> lines = new ArrayList<>(packed.size());
      for (int i = 0; i < packed.size(); i++) {
        long sequence = chunk.firstSequence() + i;
        if (sequence >= from) {
          LogLine line = packed.get(i);
          lines.add(
              line.getSequence() == sequence
                  ? line
                  : line.toBuilder().setSequence(sequence).build());
        }
      }
      return lines;
    } catch (DataFormatException | InvalidProtocolBufferException e) {
      return damaged(chunk, from);
    }
  }

  private static List<LogLine> damaged(LogChunk chunk, long from) {
    return List.of(
        LogLine.newBuilder()
            .setSequence(Math.max(chunk.firstSequence(), from))
            .setLevel(LogLevel.LOG_LEVEL_WARN)
            .setSource(LogSource.LOG_SOURCE_WORKER)
            .setText(
                "lines %d to %d arrived damaged from worker %s"
                    .formatted(chunk.firstSequence(), chunk.nextSequence() - 1, chunk.worker()))
            .build());
  }

  private static ByteString unpack(ByteString packed) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try (ByteString.Output out = ByteString.newOutput(Math.min(4 * packed.size(), 64 * 1024))) {
      inflater.setInput(packed.asReadOnlyByteBuffer());
      byte[] buffer = new byte[8 * 1024];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw new DataFormatException("the chunk ends too early");
        }
        if (out.size() + count > UNPACKED_BYTES) {
          throw new DataFormatException("the chunk is too large unpacked");
        }
        out.write(buffer, 0, count);
      }
      return out.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      inflater.end();
    }
  }
}
