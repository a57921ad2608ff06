package dev.pawl.bench.history;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The lines of a stream, one after the other, without copying each. */
final class Lines {
  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private int next;
  private int filled;
  private int begin;
  private int end;
  private boolean whole;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Goes to the next line that is not empty; false at the end. */
  boolean advance() throws IOException {
    int from = next;
    int look = next;
    while (true) {
      for (; look < filled; look++) {
        if (buffer[look] == '\n') {
          if (look > from) {
            set(from, look, true);
            next = look + 1;
            return true;
          }
          from = look + 1;
        }
      }
      if (from > 0) {
        System.arraycopy(buffer, from, buffer, 0, filled - from);
        look -= from;
        filled -= from;
        from = 0;
      } else if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        next = filled;
        set(from, filled, false);
        return filled > from;
      }
      filled += read;
    }
  }

  private void set(int from, int to, boolean complete) {
    begin = from;
    end = to;
    whole = complete;
  }

  byte[] bytes() {
    return buffer;
  }

  int from() {
    return begin;
  }

  int length() {
    return end - begin;
  }

  /** Whether a line end follows: without one, who wrote it did not get to its end. */
  boolean whole() {
    return whole;
  }
}
