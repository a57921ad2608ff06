package dev.pawl.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A server's stream that goes on from its last cursor, on any node, when the connection breaks, the
 * node leaves or the server found the reader too slow. Each message is handed on once, none is left
 * out.
 *
 * <p>It takes one message at a time: while the reader works on one, the next waits at the server,
 * but for what fits into the connection's window. {@link Watches} and {@link LogTails} make the
 * usual ones.
 *
 * @param <Q> the request
 * @param <R> the messages
 */
public final class ResumingStream<Q, R> {
  /** An attempt that lasted so long had a server: one that is away shows within 15 s. */
  private static final Duration HAD_A_SERVER = Duration.ofSeconds(30);

  private final Channel channel;
  private final MethodDescriptor<Q, R> method;
  private final Function<Optional<String>, Q> request;
  private final Function<R, String> cursorOf;
  private final Settings settings;
  private final Duration hadAServer;

  private final Object lock = new Object();
  // Guarded by the lock.
  private boolean cancelled;
  private @Nullable BlockingClientCall<Q, R> call;

  private volatile String cursor = "";

  /**
   * How a stream is kept going.
   *
   * @param atFirst how long it is tried before its first message
   * @param patience how long a stream that once worked is tried without a sign of a server
   * @param heartbeat how long a stream may bring nothing before it is begun again elsewhere; for
   *     streams that promise to bring something every so often
   * @param listener told of breaks
   */
  public record Settings(
      Duration atFirst, Duration patience, Optional<Duration> heartbeat, Listener listener) {
    /** Tries for 30 s at first and for five minutes later, expects no heartbeat, tells nobody. */
    public static Settings usual() {
      return new Settings(
          Duration.ofSeconds(30), Duration.ofMinutes(5), Optional.empty(), new Listener() {});
    }

    /** The same, with other limits. */
    public Settings trying(Duration first, Duration later) {
      return new Settings(first, later, heartbeat, listener);
    }

    /** The same, with a heartbeat. */
    public Settings expecting(Duration something) {
      return new Settings(atFirst, patience, Optional.of(something), listener);
    }

    /** The same, with somebody who is told. */
    public Settings telling(Listener told) {
      return new Settings(atFirst, patience, heartbeat, told);
    }
  }

  /** Somebody who is told that a stream breaks and goes on; called by the thread that reads. */
  public interface Listener {
    /** The stream broke, after it had brought something, and is begun again. */
    default void broken(StatusRuntimeException why) {}

    /** The first message after a break has come. */
    default void resumed() {}
  }

  /**
   * Makes a stream, which nothing is asked for yet.
   *
   * @param request the request that begins behind a cursor, or at the beginning without one
   * @param cursorOf the cursor of a message; empty when it has none
   */
  public ResumingStream(
      Channel channel,
      MethodDescriptor<Q, R> method,
      Function<Optional<String>, Q> request,
      Function<R, String> cursorOf,
      Settings settings) {
    this(channel, method, request, cursorOf, settings, HAD_A_SERVER);
  }

  ResumingStream(
      Channel channel,
      MethodDescriptor<Q, R> method,
      Function<Optional<String>, Q> request,
      Function<R, String> cursorOf,
      Settings settings,
      Duration hadAServer) {
    this.channel = channel;
    this.method = method;
    this.request = request;
    this.cursorOf = cursorOf;
    this.settings = settings;
    this.hadAServer = hadAServer;
  }

  /**
   * Hands on every message once, until the server ends the stream, {@code more} wants no more, or
   * it is cancelled. Called again, it goes on behind the last message that {@code more} returned
   * for.
   *
   * @throws StatusRuntimeException when the server refuses the request, or is away for longer than
   *     the settings say; CANCELLED when the thread is interrupted
   */
  public void forEach(Predicate<? super R> more) {
    Backoff backoff = new Backoff();
    Progress progress = new Progress();
    while (true) {
      long begun = System.nanoTime();
      try {
        readOnce(more, backoff, progress);
        return;
      } catch (Broken e) {
        if (isCancelled()) {
          return;
        }
        progress.broken(e, begun);
      }
      pause(backoff.next());
    }
  }

  /** Reads one call to its end. */
  private void readOnce(Predicate<? super R> more, Backoff backoff, Progress progress)
      throws Broken {
    BlockingClientCall<Q, R> messages = open();
    if (messages == null) {
      return;
    }
    try {
      while (!isCancelled()) {
        R message = next(messages);
        if (message == null) {
          return;
        }
        backoff.reset();
        progress.hasMessage();
        boolean goOn = more.test(message);
        String behind = cursorOf.apply(message);
        cursor = behind.isEmpty() ? cursor : behind;
        if (!goOn) {
          return;
        }
      }
    } finally {
      messages.cancel("nobody reads on", null);
    }
  }

  private @Nullable BlockingClientCall<Q, R> open() {
    Q begin = request.apply(cursor());
    synchronized (lock) {
      if (cancelled) {
        return null;
      }
      call = ClientCalls.blockingV2ServerStreamingCall(channel, method, CallOptions.DEFAULT, begin);
      return call;
    }
  }

  private @Nullable R next(BlockingClientCall<Q, R> messages) throws Broken {
    try {
      return settings.heartbeat().isPresent()
          ? messages.read(settings.heartbeat().get().toNanos(), TimeUnit.NANOSECONDS)
          : messages.read();
    } catch (StatusException e) {
      throw new Broken(e.getStatus().asRuntimeException(e.getTrailers()), false);
    } catch (TimeoutException e) {
      Status silence =
          Status.UNAVAILABLE.withDescription("the stream brought nothing for too long");
      throw new Broken(silence.asRuntimeException(), true);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static void pause(Duration pause) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static StatusRuntimeException interrupted() {
    Thread.currentThread().interrupt();
    return Status.CANCELLED
        .withDescription("interrupted while reading a stream")
        .asRuntimeException();
  }

  /** The cursor of the last message that was handed on; empty when none had one. */
  public Optional<String> cursor() {
    return Optional.of(cursor).filter(known -> !known.isEmpty());
  }

  /** Ends the stream, from any thread and for good; {@link #forEach} returns. */
  public void cancel() {
    synchronized (lock) {
      cancelled = true;
      if (call != null) {
        call.cancel("the reader wants no more", null);
      }
    }
  }

  private boolean isCancelled() {
    synchronized (lock) {
      return cancelled;
    }
  }

  /** How one reading fares. */
  private final class Progress {
    private boolean connected;
    private boolean told;
    private long lastSign = System.nanoTime();

    void hasMessage() {
      connected = true;
      lastSign = System.nanoTime();
      if (told) {
        told = false;
        settings.listener().resumed();
      }
    }

    /** Returns when the stream is to be begun again. */
    void broken(Broken end, long begun) {
      StatusRuntimeException why = end.why;
      PawlError details = PawlErrors.of(why);
      if (!isResumable(why, details)) {
        throw why;
      }
      String named = details.metadata().getOrDefault("cursor", "");
      cursor = cursor.isEmpty() ? named : cursor;
      long now = System.nanoTime();
      if (!end.silent && now - begun > hadAServer.toNanos()) {
        lastSign = now;
      }
      Duration limit = connected ? settings.patience() : settings.atFirst();
      if (now - lastSign > limit.toNanos()) {
        throw why;
      }
      if (connected && !told) {
        told = true;
        settings.listener().broken(why);
      }
    }
  }

  private static boolean isResumable(StatusRuntimeException failure, PawlError details) {
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE -> true;
      // With a cause, it is this side that could not read a message.
      case CANCELLED -> failure.getCause() == null;
      // What no server of ours described befell the connection.
      case INTERNAL, UNKNOWN -> details.reason().isEmpty();
      case RESOURCE_EXHAUSTED ->
          details
              .reason()
              .filter(reason -> reason.equals("READER_TOO_SLOW") || reason.equals("OVERLOADED"))
              .isPresent();
      case OK,
          INVALID_ARGUMENT,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }

  /** One call ended without having come to the stream's end. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private final StatusRuntimeException why;
    private final boolean silent;

    Broken(StatusRuntimeException why, boolean silent) {
      super(null, why, false, false);
      this.why = why;
      this.silent = silent;
    }
  }
}
