package dev.pawl.api.fake;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a stream that takes messages as a test says.
 *
 * @param <Q> the request
 * @param <R> the messages
 */
public final class Watching<Q, R> implements ClientResponseObserver<Q, R> {
  private final List<R> received = new CopyOnWriteArrayList<>();
  private final boolean byHand;
  private volatile @Nullable ClientCallStreamObserver<Q> call;
  private volatile @Nullable Throwable failure;
  private volatile boolean completed;

  private Watching(boolean byHand) {
    this.byHand = byHand;
  }

  /** Takes everything. */
  public static <Q, R> Watching<Q, R> all() {
    return new Watching<>(false);
  }

  /** Takes what {@link #take} asks for. */
  public static <Q, R> Watching<Q, R> byHand() {
    return new Watching<>(true);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    call = stream;
    if (byHand) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  public void take(int messages) {
    Objects.requireNonNull(call).request(messages);
  }

  public void cancel() {
    Objects.requireNonNull(call).cancel("the test is done", null);
  }

  @Override
  public void onNext(R message) {
    received.add(message);
  }

  @Override
  public void onError(Throwable t) {
    failure = t;
  }

  @Override
  public void onCompleted() {
    completed = true;
  }

  public List<R> received() {
    return List.copyOf(received);
  }

  public boolean failed() {
    return failure != null;
  }

  /** Waits for so many messages. */
  public List<R> await(int messages) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> received.size() >= messages || failure != null);
    if (received.size() < messages) {
      throw new AssertionError(
          "wanted %d messages, got %d: %s".formatted(messages, received.size(), received), failure);
    }
    return received();
  }

  /** Waits for a message. */
  public R await(Predicate<R> wanted) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> received.stream().anyMatch(wanted));
    return received.stream().filter(wanted).findFirst().orElseThrow();
  }

  public Throwable awaitFailure() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> failure != null);
    return Objects.requireNonNull(failure);
  }

  public void awaitCompletion() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> completed || failure != null);
    if (!completed) {
      throw new AssertionError("the stream failed", failure);
    }
  }
}
