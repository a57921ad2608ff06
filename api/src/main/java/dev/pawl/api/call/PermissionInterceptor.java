package dev.pawl.api.call;

import com.google.protobuf.Message;
import dev.pawl.api.access.Rpcs;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets through whom the contract allows what it calls. Where that depends on the project the
 * request is looked at before the service sees it; where it depends on what a run is about, that is
 * asked of the run.
 */
final class PermissionInterceptor implements ServerInterceptor {
  private final Rpcs rpcs;
  private final RunObjects objects;

  PermissionInterceptor(Rpcs rpcs, RunObjects objects) {
    this.rpcs = rpcs;
    this.objects = objects;
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
      HeldCall.deny(call, Denials.of(caller, rpc.name(), wanted, Set.of()));
      return new ServerCall.Listener<>() {};
    }
    return new Looking<>(next.startCall(call, headers), call, rpc, caller, wanted);
  }

  /** Sees the request first. */
  private final class Looking<Q> extends HeldCall<Q> {
    private final Rpcs.Rpc rpc;
    private final Caller caller;
    private final Permission wanted;

    Looking(
        ServerCall.Listener<Q> listener,
        ServerCall<Q, ?> call,
        Rpcs.Rpc rpc,
        Caller caller,
        Permission wanted) {
      super(listener, call);
      this.rpc = rpc;
      this.caller = caller;
      this.wanted = wanted;
    }

    @Override
    CompletionStage<Optional<StatusRuntimeException>> refusal(Q request) {
      if (!(request instanceof Message message)) {
        return refused(Set.of());
      }
      Set<String> projects = Projects.of(message);
      Rights rights = caller.grants().in(projects);
      if (rights.allow(wanted)) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      if (!rights.allowSome(wanted)) {
        return refused(projects);
      }
      return switch (rpc.objects()) {
        case DENIED -> refused(projects);
        case LIMITED, OPEN -> CompletableFuture.completedFuture(Optional.empty());
        case RUN -> refusal(Projects.runsOf(message), projects, rights);
      };
    }

    /** Every run that the request names has to be about what is granted. */
    private CompletionStage<Optional<StatusRuntimeException>> refusal(
        List<String> runs, Set<String> projects, Rights rights) {
      if (runs.isEmpty()) {
        return refused(projects);
      }
      CompletionStage<Boolean> all = CompletableFuture.completedFuture(true);
      for (String run : runs) {
        all =
            all.thenCombine(
                objects.of(run), (allowed, about) -> allowed && rights.allow(wanted, about));
      }
      return all.thenApply(allowed -> allowed ? Optional.empty() : Optional.of(denial(projects)));
    }

    private CompletionStage<Optional<StatusRuntimeException>> refused(Set<String> projects) {
      return CompletableFuture.completedFuture(Optional.of(denial(projects)));
    }

    private StatusRuntimeException denial(Set<String> projects) {
      return Denials.of(caller, rpc.name(), wanted, projects);
    }
  }
}
