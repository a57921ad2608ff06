package dev.pawl.api.call;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A call whose request waits until it is known whether it may go on. Its service hears of it only
 * then; whoever goes away meanwhile is not waited for.
 *
 * <p>gRPC tells a listener one thing after the other; what is known later comes from another
 * thread, so whoever tells takes the monitor.
 */
abstract class HeldCall<Q> extends SimpleForwardingServerCallListener<Q> {
  private final ServerCall<Q, ?> call;
  private Stand stand = Stand.OPEN;
  private boolean complete;

  private enum Stand {
    OPEN,
    HELD,
    OVER
  }

  HeldCall(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
    super(listener);
    this.call = call;
  }

  /** What the request is refused with; empty when it may go on. */
  abstract CompletionStage<Optional<StatusRuntimeException>> refusal(Q request);

  static void deny(ServerCall<?, ?> call, StatusRuntimeException denial) {
    Metadata trailers = denial.getTrailers();
    call.close(denial.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  @Override
  public void onMessage(Q request) {
    synchronized (this) {
      if (stand != Stand.OPEN) {
        return;
      }
      stand = Stand.HELD;
    }
    // The service asks its thread who calls.
    Context context = Context.current();
    asked(request)
        .whenComplete(
            (refusal, failure) ->
                context.run(
                    () -> {
                      if (failure == null) {
                        decided(request, refusal);
                      } else {
                        refuse(Failures.of(failure));
                      }
                    }));
  }

  private CompletionStage<Optional<StatusRuntimeException>> asked(Q request) {
    try {
      return refusal(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void decided(Q request, Optional<StatusRuntimeException> refusal) {
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    try {
      goOn(request);
    } catch (RuntimeException e) {
      refuse(Failures.of(e));
    }
  }

  private synchronized void goOn(Q request) {
    if (stand == Stand.OVER) {
      return;
    }
    stand = Stand.OPEN;
    super.onMessage(request);
    if (complete) {
      super.onHalfClose();
    }
  }

  private void refuse(StatusRuntimeException refusal) {
    synchronized (this) {
      stand = Stand.OVER;
    }
    deny(call, refusal);
  }

  @Override
  public synchronized void onHalfClose() {
    complete = true;
    if (stand == Stand.OPEN) {
      super.onHalfClose();
    }
  }

  @Override
  public synchronized void onReady() {
    if (stand == Stand.OPEN) {
      super.onReady();
    }
  }

  @Override
  public synchronized void onCancel() {
    stand = Stand.OVER;
    super.onCancel();
  }
}
