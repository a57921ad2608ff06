package dev.pawl.cli.connection;

import dev.pawl.client.Backoff;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.ResumingStream;
import dev.pawl.client.ServerAddress;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The channel to a server, or to the equal servers of a cluster.
 *
 * <p>A unary call that finds the server away is sent again, with growing pauses, until the time
 * limit of the call has passed: every command carries a request id, so a repetition has no second
 * effect.
 */
public final class Connection implements AutoCloseable {
  private static final Duration QUIET_RETRIES = Duration.ofSeconds(1);

  /** How long a stream that once worked is tried again without a sign of a server. */
  private static final Duration RECONNECT_FOR = Duration.ofMinutes(5);

  private final String names;
  private final Duration timeout;
  private final Consumer<String> notes;
  private final ManagedChannel channel;

  /**
   * @param servers any of which answers
   * @param credentials sent with every call
   * @param timeout of one unary call with all its repetitions
   * @param notes told when the caller has to wait for the server
   */
  public Connection(
      List<ServerAddress> servers,
      Optional<CallCredentials> credentials,
      Duration timeout,
      Consumer<String> notes) {
    this.names = names(servers);
    this.timeout = timeout;
    this.notes = notes;
    this.channel = PawlChannels.openWithoutRetries(servers, credentials);
  }

  /** How people call the servers: {@code one:7171} or {@code one:7171, two:7171}. */
  public static String names(List<ServerAddress> servers) {
    return servers.stream().map(ServerAddress::toString).collect(Collectors.joining(", "));
  }

  public Duration timeout() {
    return timeout;
  }

  /** For calls of other shapes. */
  public ManagedChannel channel() {
    return channel;
  }

  /** How streams are kept going: a note tells of breaks. */
  public ResumingStream.Settings streams() {
    return ResumingStream.Settings.usual()
        .trying(timeout, RECONNECT_FOR)
        .telling(
            new ResumingStream.Listener() {
              @Override
              public void broken(StatusRuntimeException why) {
                // A reader that was too slow lost nothing and waits for nobody.
                if (why.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
                  notes.accept(
                      "The connection to " + names + " broke; going on from where it was.");
                }
              }
            });
  }

  /** Calls within the usual time limit. */
  public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
    return call(method, request, timeout);
  }

  /** Calls within a time limit of its own. */
  public <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Duration limit) {
    long begin = System.nanoTime();
    Backoff backoff = new Backoff();
    boolean noted = false;
    Optional<StatusRuntimeException> unavailable = Optional.empty();
    while (true) {
      long leftNanos = limit.toNanos() - (System.nanoTime() - begin);
      try {
        return ClientCalls.blockingUnaryCall(
            channel,
            method,
            CallOptions.DEFAULT.withDeadlineAfter(Math.max(leftNanos, 1), TimeUnit.NANOSECONDS),
            request);
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code == Status.Code.DEADLINE_EXCEEDED) {
          throw unavailable.orElseGet(() -> timedOut(e));
        }
        if (!isAway(e)) {
          throw e;
        }
        unavailable = Optional.of(e);
        Duration used = Duration.ofNanos(System.nanoTime() - begin);
        Duration pause = backoff.next();
        if (used.plus(pause).compareTo(limit) >= 0) {
          throw e;
        }
        if (!noted && used.compareTo(QUIET_RETRIES) > 0) {
          noted = true;
          notes.accept(
              "No answer from " + names + " yet; trying for " + limit.toSeconds() + " s in all.");
        }
        pause(pause);
        channel.resetConnectBackoff();
      }
    }
  }

  /** A server that stops by force ends calls with CANCELLED, though nobody here cancelled them. */
  private static boolean isAway(StatusRuntimeException failure) {
    Status status = failure.getStatus();
    return status.getCode() == Status.Code.UNAVAILABLE
        || (status.getCode() == Status.Code.CANCELLED && status.getCause() == null);
  }

  /** Waits; an interruption counts as the end of the call. */
  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("Interrupted.").asRuntimeException();
    }
  }

  /** The channel hides what it tried in vain until the time was up. */
  private StatusRuntimeException timedOut(StatusRuntimeException failure) {
    if (channel.getState(false) == ConnectivityState.READY) {
      return failure;
    }
    return Status.UNAVAILABLE
        .withDescription("nobody answers there")
        .withCause(failure)
        .asRuntimeException();
  }

  /** Whether the server can be reached, now; waits for the first try, and only so long. */
  public boolean reaches(Duration limit) {
    CompletableFuture<Boolean> reached = new CompletableFuture<>();
    observe(reached);
    try {
      return reached.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("nobody fails this future", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void observe(CompletableFuture<Boolean> reached) {
    ConnectivityState state = channel.getState(true);
    switch (state) {
      case READY -> reached.complete(true);
      case TRANSIENT_FAILURE, SHUTDOWN -> reached.complete(false);
      case IDLE, CONNECTING -> channel.notifyWhenStateChanged(state, () -> observe(reached));
    }
  }

  /** Makes one call and never repeats it. */
  public <Q, R> R callOnce(MethodDescriptor<Q, R> method, Q request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        method,
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS),
        request);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
