package dev.pawl.cli.connection;

import dev.pawl.cli.CommandFailed;
import dev.pawl.client.PawlChannels;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The channel to one server.
 *
 * <p>A unary call that finds the server away is sent again, with growing pauses, until the time
 * limit of the call has passed: every command carries a request id, so a repetition has no second
 * effect.
 */
public final class Connection implements AutoCloseable {
  private static final Duration QUIET_RETRIES = Duration.ofSeconds(1);

  private final String address;
  private final Duration timeout;
  private final Consumer<String> notes;
  private final ManagedChannel channel;

  /**
   * @param address host:port
   * @param timeout of one unary call with all its repetitions
   * @param notes told when the caller has to wait for the server
   */
  public Connection(String address, Duration timeout, Consumer<String> notes) {
    this.address = address;
    this.timeout = timeout;
    this.notes = notes;
    try {
      this.channel = PawlChannels.open(address);
    } catch (IllegalArgumentException e) {
      throw CommandFailed.usage(
          "The address is not of the form host:port: " + address, "Set --address or PAWL_ADDRESS.");
    }
  }

  public String address() {
    return address;
  }

  public Duration timeout() {
    return timeout;
  }

  /** For calls of other shapes. */
  public ManagedChannel channel() {
    return channel;
  }

  void note(String line) {
    notes.accept(line);
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
        if (code != Status.Code.UNAVAILABLE) {
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
              "No answer from " + address + " yet; trying for " + limit.toSeconds() + " s in all.");
        }
        Backoff.pause(pause);
        channel.resetConnectBackoff();
      }
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
