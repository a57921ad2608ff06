package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading end of a named pipe that a script writes to.
 *
 * <p>A process that outlives the script may hold the pipe open for ever, so its end says nothing.
 * Instead we write a mark into it ourselves when the script has exited: all that the script wrote
 * is before it.
 */
final class OutputPipe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutputPipe.class);

  private final Path path;
  private final RandomAccessFile pipe;
  private final byte[] mark = ("\0" + UUID.randomUUID() + "\0").getBytes(US_ASCII);
  private final LineSplitter splitter;
  private final Thread reader;
  private volatile boolean ending;
  private volatile boolean abandoned;

  /** Opens the pipe for reading (and writing, so that this waits for nobody) and begins to read. */
  OutputPipe(Path path, Consumer<String> lines) throws IOException {
    this.path = path;
    this.pipe = new RandomAccessFile(path.toFile(), "rw");
    this.splitter = new LineSplitter(lines);
    // A platform thread: reading a pipe would hold one of the few carriers of virtual threads.
    this.reader =
        Thread.ofPlatform().daemon().name("pawl-pipe-" + path.getFileName()).unstarted(this::read);
    reader.start();
  }

  Path path() {
    return path;
  }

  /** Has the reading end behind what was written up to now. */
  void finish() {
    ending = true;
    FileOutputStream out;
    try {
      out = new FileOutputStream(path.toFile());
    } catch (IOException e) {
      log.warn("The end of {} could not be marked; its reader stays", path, e);
      return;
    }
    // The pipe may be full, and whoever waits for its reader waits only so long.
    Thread.ofPlatform().daemon().name("pawl-pipe-mark").start(() -> writeMark(out));
  }

  /** Waits for the end of reading; says whether it came in time. */
  boolean awaitEnd(long millis) throws InterruptedException {
    reader.join(millis);
    return !reader.isAlive();
  }

  /** Stops reading without waiting for what is still in the pipe. */
  @Override
  public void close() {
    abandoned = true;
    if (reader.isAlive()) {
      finish();
    }
  }

  private void writeMark(FileOutputStream out) {
    try (out) {
      out.write(mark);
    } catch (IOException e) {
      log.debug("The end of {} could not be marked", path, e);
    }
  }

  private void read() {
    try (pipe) {
      byte[] buffer = new byte[64 << 10];
      byte[] tail = new byte[0];
      while (true) {
        int read = pipe.read(buffer);
        if (read < 0 || abandoned) {
          break;
        }
        if (!ending) {
          splitter.take(buffer, 0, read);
          continue;
        }
        byte[] joined = Arrays.copyOf(tail, tail.length + read);
        System.arraycopy(buffer, 0, joined, tail.length, read);
        int at = indexOf(joined, mark);
        if (at >= 0) {
          splitter.take(joined, 0, at);
          break;
        }
        int keep = Math.min(joined.length, mark.length - 1);
        splitter.take(joined, 0, joined.length - keep);
        tail = Arrays.copyOfRange(joined, joined.length - keep, joined.length);
      }
      splitter.end();
    } catch (IOException | UncheckedIOException e) {
      log.warn("Reading what a script prints failed; the rest of it is lost", e);
    }
  }

  private static int indexOf(byte[] text, byte[] pattern) {
    for (int i = 0; i <= text.length - pattern.length; i++) {
      if (text[i] == pattern[0]
          && Arrays.equals(text, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i;
      }
    }
    return -1;
  }
}
