package dev.pawl.api.log;

import com.google.protobuf.ByteString;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.log.LinePacker;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.LogSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Packs the lines that the engine writes as those of workers come packed. */
public final class EngineLines implements LinePacker {
  @Override
  public ByteString pack(Instant at, String text) {
    LogLines lines =
        LogLines.newBuilder()
            .addLines(
                LogLine.newBuilder()
                    .setTime(Timestamps.of(at))
                    .setLevel(LogLevel.LOG_LEVEL_INFO)
                    .setSource(LogSource.LOG_SOURCE_WORKER)
                    .setText(text))
            .build();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try (ByteString.Output out = ByteString.newOutput()) {
      try (DeflaterOutputStream packed = new DeflaterOutputStream(out, deflater)) {
        lines.writeTo(packed);
      }
      return out.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
  }
}
