package dev.pawl.cli.run.follow;

import dev.pawl.cli.Invocation;
import dev.pawl.client.LogTails;
import dev.pawl.client.ResumingStream;
import dev.pawl.client.Watches;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The two streams of a run that is followed, as one queue. It is bounded: who is slow reads slowly.
 */
final class Feeds implements AutoCloseable {
  private static final int MOST_WAITING = 256;

  /** What the streams bring. */
  sealed interface Input {}

  record Watched(WatchResponse message) implements Input {}

  record WatchOver(Optional<StatusRuntimeException> failure) implements Input {}

  record Logged(TailLogsResponse message) implements Input {}

  record LogsOver(Optional<StatusRuntimeException> failure) implements Input {}

  private final Invocation invocation;
  private final String run;
  private final BlockingQueue<Input> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final List<ResumingStream<?, ?>> streams = new ArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  Feeds(Invocation invocation, String run) {
    this.invocation = invocation;
    this.run = run;
  }

  /** Opens the events of the run, beginning with a snapshot. */
  void openWatch() {
    WatchRequest request =
        WatchRequest.newBuilder()
            .setParent(run.substring(0, run.indexOf("/runs/")))
            .setFilter(WatchFilter.newBuilder().addRuns(run))
            .setSnapshot(Snapshot.getDefaultInstance())
            .build();
    read(
        Watches.stream(
            invocation.connection().channel(), request, invocation.connection().streams()),
        Watched::new,
        WatchOver::new);
  }

  /**
   * Opens the logs of the run.
   *
   * @param cursor where to go on; at the beginning when empty
   */
  void openLogs(OptionalInt tail, String cursor) {
    TailLogsRequest.Builder request =
        TailLogsRequest.newBuilder().setParent(run).setFollow(true).setCursor(cursor);
    tail.ifPresent(request::setTailLines);
    read(
        LogTails.stream(
            invocation.connection().channel(), request.build(), invocation.connection().streams()),
        Logged::new,
        LogsOver::new);
  }

  private <Q, R> void read(
      ResumingStream<Q, R> stream,
      Function<R, Input> wrap,
      Function<Optional<StatusRuntimeException>, Input> over) {
    streams.add(stream);
    Predicate<R> hand = message -> offer(wrap.apply(message));
    readers.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    stream.forEach(hand);
                    offer(over.apply(Optional.empty()));
                  } catch (StatusRuntimeException e) {
                    offer(over.apply(Optional.of(e)));
                  }
                }));
  }

  /** Waits for room; says no when nobody wants more. */
  private boolean offer(Input input) {
    try {
      queue.put(input);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The next input, or nothing when none came in time. */
  Optional<Input> next(Duration patience) {
    try {
      return Optional.ofNullable(queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("Interrupted.").asRuntimeException();
    }
  }

  @Override
  public void close() {
    streams.forEach(ResumingStream::cancel);
    readers.forEach(Thread::interrupt);
  }
}
