package dev.pawl.api.call;

import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.RunServiceGrpc;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a bounded number of unanswered unary calls in, and refuses those beyond with OVERLOADED.
 *
 * <p>Calls that wait for a run or an operation to end are counted apart, so that they leave room
 * for commands.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
  private static final Set<String> WAITING =
      Set.of(
          RunServiceGrpc.getWaitRunMethod().getFullMethodName(),
          OperationServiceGrpc.getWaitOperationMethod().getFullMethodName());

  private final Semaphore usual;
  private final Semaphore waiting;

  public AdmissionInterceptor(int usual, int waiting) {
    this.usual = new Semaphore(usual);
    this.waiting = new Semaphore(waiting);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    Semaphore places =
        WAITING.contains(call.getMethodDescriptor().getFullMethodName()) ? waiting : usual;
    if (!places.tryAcquire()) {
      StatusRuntimeException refusal =
          ApiErrors.of(
              ErrorReason.ERROR_REASON_OVERLOADED,
              "this node has too many unanswered calls: wait a moment and send the request again");
      Metadata trailers = refusal.getTrailers();
      call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
      return new ServerCall.Listener<>() {};
    }
    Place place = new Place(places);
    ServerCall.Listener<Q> listener;
    try {
      listener =
          next.startCall(
              new SimpleForwardingServerCall<>(call) {
                @Override
                public void close(Status status, Metadata trailers) {
                  place.leave();
                  super.close(status, trailers);
                }
              },
              headers);
    } catch (RuntimeException e) {
      place.leave();
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        place.leave();
        super.onCancel();
      }
    };
  }

  private static final class Place {
    private final Semaphore places;
    private final AtomicBoolean left = new AtomicBoolean();

    Place(Semaphore places) {
      this.places = places;
    }

    void leave() {
      if (left.compareAndSet(false, true)) {
        places.release();
      }
    }
  }
}
