package dev.pawl.cli.connection;

import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A server stream that goes on from its last cursor when the connection breaks or the server found
 * the reader too slow. It reads one message at a time, so a slow reader holds nothing in memory.
 */
public final class ResumingStream<Q, R> {
  /** How long a stream that once worked is tried again without a single message. */
  private static final Duration RECONNECT_FOR = Duration.ofMinutes(5);

  private final Connection connection;
  private final MethodDescriptor<Q, R> method;
  private final Function<Optional<String>, Q> request;
  private final Function<R, String> cursorOf;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicReference<Context.CancellableContext> current =
      new AtomicReference<>(Context.ROOT.withCancellation());

  /**
   * @param request the request that begins behind a cursor, or at the beginning without one
   * @param cursorOf the cursor of a message; empty when it has none
   */
  public ResumingStream(
      Connection connection,
      MethodDescriptor<Q, R> method,
      Function<Optional<String>, Q> request,
      Function<R, String> cursorOf) {
    this.connection = connection;
    this.method = method;
    this.request = request;
    this.cursorOf = cursorOf;
  }

  /**
   * Hands on every message once, until the server ends the stream or {@code more} wants no more.
   */
  public void forEach(Predicate<R> more) {
    String cursor = "";
    Backoff backoff = new Backoff();
    boolean connected = false;
    boolean noted = false;
    long lastMessage = System.nanoTime();
    while (!cancelled.get()) {
      Context.CancellableContext context = Context.ROOT.withCancellation();
      current.set(context);
      Context previous = context.attach();
      try {
        Iterator<R> messages =
            ClientCalls.blockingServerStreamingCall(
                connection.channel(),
                method,
                CallOptions.DEFAULT,
                request.apply(Optional.of(cursor).filter(c -> !c.isEmpty())));
        while (!cancelled.get() && messages.hasNext()) {
          R message = messages.next();
          connected = true;
          noted = false;
          backoff.reset();
          lastMessage = System.nanoTime();
          String next = cursorOf.apply(message);
          boolean goOn = more.test(message);
          cursor = next.isEmpty() ? cursor : next;
          if (!goOn) {
            return;
          }
        }
        return;
      } catch (StatusRuntimeException e) {
        if (cancelled.get()) {
          return;
        }
        PawlError details = PawlErrors.of(e);
        if (!isResumable(e, details)) {
          throw e;
        }
        String named = details.metadata().getOrDefault("cursor", "");
        cursor = named.isEmpty() ? cursor : named;
        Duration silent = Duration.ofNanos(System.nanoTime() - lastMessage);
        if (silent.compareTo(connected ? RECONNECT_FOR : connection.timeout()) > 0) {
          throw e;
        }
        if (connected && !noted && e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
          noted = true;
          connection.note(
              "The connection to " + connection.address() + " broke; going on from where it was.");
        }
        Backoff.pause(backoff.next());
        connection.channel().resetConnectBackoff();
      } finally {
        context.detach(previous);
        context.cancel(null);
      }
    }
  }

  /** Ends the stream from another thread. */
  public void cancel() {
    cancelled.set(true);
    current.get().cancel(null);
  }

  private static boolean isResumable(StatusRuntimeException failure, PawlError details) {
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE, CANCELLED -> true;
      case RESOURCE_EXHAUSTED -> details.reason().filter("READER_TOO_SLOW"::equals).isPresent();
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }
}
