package dev.pawl.bench.wrong;

import com.google.protobuf.ByteString;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.NullMarked;

/** What becomes of log lines on their way, as what is put into methods. */
@NullMarked
final class WrongLogs {
  private WrongLogs() {}

  /** The lines of a last chunk are stored twice. */
  public static final class Twice {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) LogChunk chunk) {
      chunk = twice(chunk);
    }

    public static LogChunk twice(LogChunk chunk) {
      if (!chunk.last() || chunk.lineCount() == 0) {
        return chunk;
      }
      Deeds.did();
      List<LogLine> lines = new ArrayList<>(unpack(chunk));
      lines.addAll(unpack(chunk));
      return with(chunk, lines);
    }
  }

  /** The last line of a log is not stored. */
  public static final class DropsLast {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) LogChunk chunk) {
      chunk = less(chunk);
    }

    public static LogChunk less(LogChunk chunk) {
      if (!chunk.last() || chunk.lineCount() < 2) {
        return chunk;
      }
      Deeds.did();
      return with(chunk, unpack(chunk).subList(0, chunk.lineCount() - 1));
    }
  }

  /** The lines of a chunk are stored in the reverse order. */
  public static final class Reversed {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) LogChunk chunk) {
      chunk = reversed(chunk);
    }

    public static LogChunk reversed(LogChunk chunk) {
      if (chunk.lineCount() < 2) {
        return chunk;
      }
      Deeds.did();
      List<LogLine> lines = new ArrayList<>(unpack(chunk));
      Collections.reverse(lines);
      return with(chunk, lines);
    }
  }

  /** Now and then a line of one execution is stored in the log of another. */
  public static final class OfAnother {
    private static final AtomicReference<LogLine> last =
        new AtomicReference<>(LogLine.getDefaultInstance());

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) LogChunk chunk) {
      chunk = mixed(chunk);
    }

    public static LogChunk mixed(LogChunk chunk) {
      if (chunk.lineCount() == 0) {
        return chunk;
      }
      List<LogLine> lines = new ArrayList<>(unpack(chunk));
      LogLine before = last.getAndSet(lines.getLast());
      if (before.getText().isEmpty() || !Deeds.each(4)) {
        return chunk;
      }
      lines.set(0, before);
      return with(chunk, lines);
    }
  }

  /** A reader is not given the first of some lines. */
  public static final class ReaderSkips {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) List<LogLine> lines) {
      if (lines.size() > 1 && Deeds.each(5)) {
        lines = lines.subList(1, lines.size());
      }
    }
  }

  private static LogChunk with(LogChunk chunk, List<LogLine> lines) {
    return new LogChunk(
        chunk.key(),
        chunk.startedAt(),
        chunk.round(),
        chunk.attempt(),
        chunk.operation(),
        chunk.worker(),
        chunk.firstSequence(),
        lines.size(),
        pack(lines),
        chunk.last(),
        chunk.truncated());
  }

  private static List<LogLine> unpack(LogChunk chunk) {
    try (InflaterInputStream in =
        new InflaterInputStream(chunk.lines().newInput(), new Inflater(true))) {
      return LogLines.parseFrom(in).getLinesList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteString pack(List<LogLine> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(bytes, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      LogLines.newBuilder().addAllLines(lines).build().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
