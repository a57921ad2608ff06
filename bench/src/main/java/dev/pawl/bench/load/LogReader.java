package dev.pawl.bench.load;

import com.google.protobuf.Timestamp;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log of one run after the other and records how long ago the oldest line of each
 * message was written, on the worker's clock, which is that of this machine.
 */
final class LogReader implements AutoCloseable {
  private final LogServiceGrpc.LogServiceBlockingStub logs;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Histogram lag = new ConcurrentHistogram(3);
  private final LongAdder lines = new LongAdder();
  private final LongAdder tooSlow = new LongAdder();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean recording;

  LogReader(Channel channel) {
    this.logs = LogServiceGrpc.newBlockingStub(channel).withWaitForReady();
  }

  /** Follows this run, unless it follows another that has not ended. */
  void follow(String run) {
    if (recording && busy.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("log-reader")
          .start(
              () -> {
                try {
                  context.run(() -> read(run));
                } catch (RuntimeException e) {
                  failure.set(e);
                } finally {
                  busy.set(false);
                }
              });
    }
  }

  private void read(String run) {
    // What was stored before it looked would count as late.
    TailLogsRequest.Builder request =
        TailLogsRequest.newBuilder().setParent(run).setFollow(true).setTailLines(0);
    while (recording) {
      try {
        Iterator<TailLogsResponse> messages = logs.tailLogs(request.build());
        while (messages.hasNext()) {
          TailLogsResponse message = messages.next();
          Instant received = Instant.now();
          if (recording && message.getLinesCount() > 0) {
            LogLine oldest = message.getLines(0);
            lag.recordValue(Math.max(0, micros(oldest.getTime(), received)));
            lines.add(message.getLinesCount());
          }
          if (!message.getCursor().isEmpty()) {
            request.setCursor(message.getCursor());
          }
        }
        return;
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code == Status.Code.RESOURCE_EXHAUSTED) {
          tooSlow.increment();
        } else if (recording) {
          throw e;
        }
      }
    }
  }

  private static long micros(Timestamp time, Instant received) {
    return ChronoUnit.MICROS.between(
        Instant.ofEpochSecond(time.getSeconds(), time.getNanos()), received);
  }

  /** From now on it follows one of these runs, and when that has ended one that begins then. */
  void begin(List<String> live) {
    recording = true;
    live.stream().findFirst().ifPresent(this::follow);
  }

  /** Records no more; throws what went wrong. */
  void end() {
    recording = false;
    context.cancel(null);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("the reader of the log failed", thrown);
    }
  }

  Histogram lagMicros() {
    return lag;
  }

  long lines() {
    return lines.sum();
  }

  /** How often the server ended it for being too slow, and it went on. */
  long tooSlow() {
    return tooSlow.sum();
  }

  @Override
  public void close() {
    recording = false;
    context.cancel(null);
  }
}
