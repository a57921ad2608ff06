package dev.pawl.api.call;

import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a stream of answers, written to by one virtual thread of its own.
 *
 * <p>A message is handed to the transport only when it has room, so what a slow reader costs is
 * what the transport holds and one message. A reader that makes no room for {@code patience} is
 * ended with READER_TOO_SLOW.
 *
 * @param <T> the messages
 */
public final class Reader<T> {
  private final ServerCallStreamObserver<T> observer;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean gone;
  private boolean leaving;
  private String cursor = "";
  private @Nullable CompletionStage<?> awaited;

  private Reader(ServerCallStreamObserver<T> observer, Duration patience) {
    this.observer = observer;
    this.patience = patience;
  }

  /** What a stream does, from its first message to its last. */
  @FunctionalInterface
  public interface Script<T> {
    /** Returns when the stream is complete; what it throws is the error that ends it. */
    void run(Reader<T> reader) throws Exception;
  }

  /** The reader is gone: nothing more can be said. */
  private static final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    Gone() {
      super("the reader is gone", null, false, false);
    }
  }

  /**
   * Begins a stream on a virtual thread.
   *
   * @param streams told of it while it is open
   * @param patience how long a reader may leave no room
   */
  public static <T> void serve(
      String name,
      ServerCallStreamObserver<T> observer,
      OpenStreams streams,
      Duration patience,
      Script<T> script) {
    Reader<T> reader = new Reader<>(observer, patience);
    observer.setOnReadyHandler(() -> reader.signal(() -> {}));
    observer.setOnCancelHandler(() -> reader.signal(() -> reader.gone = true));
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              streams.add(reader, () -> reader.signal(() -> reader.leaving = true));
              try {
                reader.run(script);
              } finally {
                streams.remove(reader);
              }
            });
  }

  private void run(Script<T> script) {
    try {
      script.run(this);
      observer.onCompleted();
    } catch (Gone e) {
      // Nobody is there to be told.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      observer.onError(notServing());
    } catch (Exception e) {
      if (!isGone()) {
        observer.onError(Failures.of(e));
      }
    }
  }

  /** Waits until the transport has room. */
  public void awaitRoom() throws Exception {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      check();
      while (!observer.isReady()) {
        if (left <= 0) {
          throw tooSlow();
        }
        left = changed.awaitNanos(left);
        check();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the transport has room now. */
  public boolean hasRoom() {
    return observer.isReady();
  }

  /**
   * Sends a message once there is room.
   *
   * @param place the cursor of the message: where a reader that is ended goes on; empty when it
   *     begins again
   */
  public void send(T message, String place) throws Exception {
    awaitRoom();
    observer.onNext(message);
    cursor = place;
  }

  /**
   * Waits for a stage, as long as the reader is there.
   *
   * @return false when it was not complete in time
   */
  public boolean await(CompletionStage<?> stage, Duration atMost) throws Exception {
    long left = atMost.toNanos();
    if (awaited != stage) {
      awaited = stage;
      stage.whenComplete((_, _) -> signal(() -> {}));
    }
    lock.lockInterruptibly();
    try {
      check();
      while (!stage.toCompletableFuture().isDone()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
        check();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The value of a stage; UNAVAILABLE when there is none in time. */
  public <V> V get(CompletionStage<V> stage) throws Exception {
    if (!await(stage, Duration.ofSeconds(30))) {
      throw new TimeoutException("a stream waited 30 s for an answer");
    }
    return value(stage);
  }

  /** The value of a stage that is complete. */
  public <V> V value(CompletionStage<V> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(0, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw Failures.unwrap(e) instanceof Exception cause ? cause : e;
    }
  }

  private void check() throws Gone {
    if (gone) {
      throw new Gone();
    }
    if (leaving) {
      throw notServing();
    }
  }

  private boolean isGone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  private void signal(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private StatusRuntimeException tooSlow() {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_READER_TOO_SLOW,
        "the reader took nothing for %d s: %s".formatted(patience.toSeconds(), whatNext()),
        cursorMetadata());
  }

  /** The node leaves: the reader goes on elsewhere, from its cursor. */
  public StatusRuntimeException notServing() {
    return ApiErrors.unavailable(
        ErrorReason.ERROR_REASON_NOT_SERVING,
        "the server is leaving: connect again and " + whatNext(),
        cursorMetadata());
  }

  private String whatNext() {
    return cursor.isEmpty() ? "begin again" : "go on from the last cursor";
  }

  /** A cursor that would burst the trailers is left out; the last message has it too. */
  private Map<String, String> cursorMetadata() {
    return cursor.isEmpty() || cursor.length() > 4_096 ? Map.of() : Map.of("cursor", cursor);
  }
}
