package dev.pawl.bench.chaos.work;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Lines of a log as workers send them and as they are stored. */
public final class PackedLines {
  private PackedLines() {}

  /** Unpacks them; a chunk without lines has no bytes. */
  public static List<LogLine> unpack(byte[] packed) {
    if (packed.length == 0) {
      return List.of();
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
      byte[] piece = new byte[8 << 10];
      while (!inflater.finished()) {
        int length = inflater.inflate(piece);
        if (length == 0 && !inflater.finished()) {
          throw new IllegalArgumentException("a chunk of log lines is cut short");
        }
        unpacked.write(piece, 0, length);
      }
      return LogLines.parseFrom(unpacked.toByteArray()).getLinesList();
    } catch (DataFormatException | InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a chunk of log lines is damaged", e);
    } finally {
      inflater.end();
    }
  }
}
