package dev.pawl.worker.log;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Timestamp;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.worker.time.Durations;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log of one attempt, as its worker sees it: lines get their numbers here.
 *
 * <p>Whoever writes faster than the server stores is made to wait, until the attempt ends. Nothing
 * is opened on the server before the first line.
 */
public final class AttemptLog {
  /** The most bytes of UTF-8 that one line takes; longer ones are cut into several. */
  public static final int MAX_LINE_BYTES = 16 << 10;

  private static final int CHUNK_BYTES = 32 << 10;

  /** What a line takes besides its text, on the way and in memory. */
  private static final int LINE_OVERHEAD = 37;

  private static final int MAX_SUMMARY = 1_024;

  private final LogPusher pusher;
  private final PushLogsRequest template;
  private final Semaphore window;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private LogLines.Builder open = LogLines.newBuilder();
  private int openBytes;
  private int openPermits;
  private long nextSequence = 1;
  private long bytes;
  private int overdraft = 4 << 20;
  private boolean truncated;
  private boolean ended;
  private String lastLine = "";

  private volatile boolean closing;
  private volatile boolean discarded;

  // Touched by the pusher's thread only.
  final ArrayDeque<Chunk> unsent = new ArrayDeque<>();
  final ArrayDeque<Chunk> inFlight = new ArrayDeque<>();
  boolean queued;
  boolean lastQueued;

  AttemptLog(LogPusher pusher, PushLogsRequest template) {
    this.pusher = pusher;
    this.template = template;
    this.window = new Semaphore(pusher.limits().sectionBytes());
  }

  /** Adds a text; each of its lines becomes a line of the log. */
  public void append(LogLevel level, LogSource source, String text) {
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      appendLine(level, source, text.substring(from, end));
      from = end + 1;
    }
    if (from < text.length() || text.isEmpty()) {
      appendLine(level, source, text.substring(from));
    }
  }

  /** Lets nobody wait any more: the attempt is ending, and what is left must not hold it up. */
  public void closing() {
    closing = true;
  }

  /** Ends the log; what is written later is dropped. */
  public void end() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      if (nextSequence > 1 || truncated) {
        seal(true);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The last line, fit for a report: short, without control characters. */
  public String lastLine() {
    lock.lock();
    try {
      return summary(lastLine, MAX_SUMMARY);
    } finally {
      lock.unlock();
    }
  }

  /** A text cut to a number of characters, without control characters. */
  public static String summary(String text, int maxLength) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), maxLength));
    int length = 0;
    for (int i = 0; i < text.length() && length < maxLength; length++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean unfit = Character.isISOControl(c) && c != '\t' && c != '\n';
      boolean broken = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      out.appendCodePoint(unfit || broken ? 0xFFFD : c);
    }
    return out.toString();
  }

  private void appendLine(LogLevel level, LogSource source, String line) {
    String rest = line;
    while (true) {
      int fits = fitting(rest);
      appendPiece(level, source, rest.substring(0, fits));
      if (fits == rest.length()) {
        return;
      }
      rest = rest.substring(fits);
    }
  }

  /** How many of the first characters fit into one line. */
  private static int fitting(String text) {
    if (text.length() * 3L <= MAX_LINE_BYTES) {
      return text.length();
    }
    int size = 0;
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (size > MAX_LINE_BYTES) {
        return at;
      }
      at += Character.charCount(c);
    }
    return at;
  }

  private void appendPiece(LogLevel level, LogSource source, String text) {
    if (discarded) {
      return;
    }
    int size = CodedOutputStream.computeStringSizeNoTag(text) + LINE_OVERHEAD;
    boolean paid = pay(size);
    lock.lock();
    try {
      if (ended || truncated || discarded) {
        giveBack(paid ? size : 0);
        return;
      }
      if (bytes + size > pusher.limits().attemptBytes() || (!paid && overdraft < size)) {
        giveBack(paid ? size : 0);
        truncated = true;
        seal(false);
        return;
      }
      if (!paid) {
        overdraft -= size;
      }
      Timestamp now = Durations.toProto(pusher.clock().instant());
      open.addLines(
          LogLine.newBuilder()
              .setSequence(nextSequence++)
              .setTime(now)
              .setLevel(level)
              .setSource(source)
              .setText(text));
      lastLine = text;
      bytes += size;
      openBytes += size;
      openPermits += paid ? size : 0;
      if (openBytes >= CHUNK_BYTES) {
        seal(false);
      } else if (open.getLinesCount() == 1) {
        pusher.flushSoon(this);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for room; false when the line must go in without. */
  private boolean pay(int size) {
    if (!acquire(window, size)) {
      return false;
    }
    if (!acquire(pusher.budget(), size)) {
      window.release(size);
      return false;
    }
    return true;
  }

  private boolean acquire(Semaphore semaphore, int size) {
    if (semaphore.tryAcquire(size)) {
      return true;
    }
    try {
      while (!closing && !discarded) {
        if (semaphore.tryAcquire(size, 100, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  void flush() {
    lock.lock();
    try {
      if (!ended && open.getLinesCount() > 0) {
        seal(false);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Hands the open lines over, in order since the lock is held. */
  private void seal(boolean last) {
    LogLines lines = open.build();
    PushLogsRequest.Builder request =
        template.toBuilder()
            .setFirstSequence(nextSequence - lines.getLinesCount())
            .setLineCount(lines.getLinesCount())
            .setLast(last)
            .setTruncated(truncated);
    int permits = openPermits;
    open = LogLines.newBuilder();
    openBytes = 0;
    openPermits = 0;
    pusher.add(this, lines, request, permits);
  }

  String execution() {
    return template.getExecution();
  }

  long fence() {
    return template.getFence();
  }

  boolean isDiscarded() {
    return discarded;
  }

  /** The server takes no more of it. */
  void discard() {
    discarded = true;
    int permits;
    lock.lock();
    try {
      permits = openPermits;
      openPermits = 0;
      openBytes = 0;
      open = LogLines.newBuilder();
    } finally {
      lock.unlock();
    }
    giveBack(permits);
    unsent.forEach(chunk -> giveBack(chunk.permits()));
    inFlight.forEach(chunk -> giveBack(chunk.permits()));
    unsent.clear();
    inFlight.clear();
  }

  void giveBack(int permits) {
    if (permits > 0) {
      window.release(permits);
      pusher.budget().release(permits);
    }
  }
}
