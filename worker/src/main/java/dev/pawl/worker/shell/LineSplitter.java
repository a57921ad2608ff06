package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pawl.worker.log.AttemptLog;
import java.util.function.Consumer;

/**
 * Cuts bytes into lines of text, however they arrive.
 *
 * <p>A line that is too long is cut into several; bytes that are not UTF-8 become U+FFFD.
 */
final class LineSplitter {
  private final Consumer<String> lines;
  private final byte[] line = new byte[AttemptLog.MAX_LINE_BYTES];
  private int length;

  LineSplitter(Consumer<String> lines) {
    this.lines = lines;
  }

  void take(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        boolean carriageReturn = length > 0 && line[length - 1] == '\r';
        emit(carriageReturn ? length - 1 : length);
        length = 0;
        continue;
      }
      if (length == line.length) {
        int cut = wholeCharacters();
        emit(cut);
        System.arraycopy(line, cut, line, 0, length - cut);
        length -= cut;
      }
      line[length++] = bytes[i];
    }
  }

  /** Hands over what has no line end. */
  void end() {
    if (length > 0) {
      emit(length);
      length = 0;
    }
  }

  /** How many bytes of a full line end with a whole character. */
  private int wholeCharacters() {
    int start = length - 1;
    while (start > length - 4 && (line[start] & 0xC0) == 0x80) {
      start--;
    }
    int lead = line[start] & 0xFF;
    int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return start + needed > length ? start : length;
  }

  private void emit(int bytes) {
    lines.accept(new String(line, 0, bytes, UTF_8));
  }
}
