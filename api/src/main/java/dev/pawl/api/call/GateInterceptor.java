package dev.pawl.api.call;

import dev.pawl.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Sends calls elsewhere while the node's gate is closed: nothing of them was done. */
public final class GateInterceptor implements ServerInterceptor {
  private final Gate gate;

  public GateInterceptor(Gate gate) {
    this.gate = gate;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<String> closed = gate.closedBecause();
    if (closed.isEmpty()) {
      return next.startCall(call, headers);
    }
    StatusRuntimeException refusal =
        ApiErrors.unavailable(
            ErrorReason.ERROR_REASON_NOT_SERVING,
            closed.get() + "; send the request again, to another node");
    Metadata trailers = refusal.getTrailers();
    call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
    return new ServerCall.Listener<>() {};
  }
}
