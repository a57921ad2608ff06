package dev.pawl.api.call;

import com.google.protobuf.Message;
import dev.pawl.api.access.Rpcs;
import dev.pawl.engine.access.Permission;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Set;

/**
 * Lets through whom the contract allows what it calls. Where that depends on the project the
 * request is looked at before the service sees it.
 */
final class PermissionInterceptor implements ServerInterceptor {
  private final Rpcs rpcs;

  PermissionInterceptor(Rpcs rpcs) {
    this.rpcs = rpcs;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Rpcs.Rpc rpc = rpcs.rpc(call.getMethodDescriptor().getFullMethodName());
    Caller caller = Caller.current();
    if (rpc.wanted().isEmpty() || caller.grants().everywhere(rpc.wanted().get())) {
      return next.startCall(call, headers);
    }
    Permission wanted = rpc.wanted().get();
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      deny(call, Denials.of(caller, rpc.name(), wanted, Set.of()));
      return new ServerCall.Listener<>() {};
    }
    return new Looking<>(next.startCall(call, headers), call, rpc.name(), caller, wanted);
  }

  private static void deny(ServerCall<?, ?> call, StatusRuntimeException denial) {
    Metadata trailers = denial.getTrailers();
    call.close(denial.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Sees the request first. */
  private static final class Looking<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final String rpc;
    private final Caller caller;
    private final Permission wanted;
    private boolean denied;

    Looking(
        ServerCall.Listener<Q> listener,
        ServerCall<Q, ?> call,
        String rpc,
        Caller caller,
        Permission wanted) {
      super(listener);
      this.call = call;
      this.rpc = rpc;
      this.caller = caller;
      this.wanted = wanted;
    }

    @Override
    public void onMessage(Q request) {
      if (denied) {
        return;
      }
      Set<String> projects = request instanceof Message message ? Projects.of(message) : Set.of();
      if (caller.grants().in(projects).allow(wanted)) {
        super.onMessage(request);
      } else {
        denied = true;
        deny(call, Denials.of(caller, rpc, wanted, projects));
      }
    }

    @Override
    public void onHalfClose() {
      if (!denied) {
        super.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      if (!denied) {
        super.onReady();
      }
    }
  }
}
