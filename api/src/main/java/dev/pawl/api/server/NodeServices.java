package dev.pawl.api.server;

import dev.pawl.api.call.Access;
import dev.pawl.api.call.Gate;
import dev.pawl.api.call.GateInterceptor;
import dev.pawl.api.call.Guards;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.ServerServiceGrpc;
import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The services that a listener serves now: those of a node's engine, which is another one after the
 * node had to begin anew. In between the gate is closed and calls are refused, so that callers are
 * told why, and the listener stays.
 */
final class NodeServices extends HandlerRegistry {
  /** They tell of the node itself, and most when it is not well. */
  private static final Set<String> OF_THE_NODE =
      Set.of(AdminServiceGrpc.SERVICE_NAME, ServerServiceGrpc.SERVICE_NAME);

  private volatile Current current =
      new Current(
          List.of(), Map.of(), new OpenStreams(), () -> Optional.of("this node is starting"), true);

  private record Current(
      List<ServerServiceDefinition> services,
      Map<String, ServerMethodDefinition<?, ?>> methods,
      OpenStreams streams,
      Gate gate,
      boolean closed) {}

  /** Serves these from now on, as long as their gate is open. */
  void serve(List<BindableService> services, OpenStreams streams, Gate gate, Access access) {
    GateInterceptor guard = new GateInterceptor(this::closedBecause);
    GateInterceptor always = new GateInterceptor(this::closedForAll);
    List<ServerServiceDefinition> guarded =
        Guards.USUAL.apply(services, access).stream()
            .map(
                service ->
                    ServerInterceptors.intercept(
                        service,
                        OF_THE_NODE.contains(service.getServiceDescriptor().getName())
                            ? always
                            : guard))
            .toList();
    Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    for (ServerServiceDefinition service : guarded) {
      service
          .getMethods()
          .forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method));
    }
    current = new Current(guarded, Map.copyOf(methods), streams, gate, false);
  }

  /** Lets nobody in until something is served again, and sends open streams elsewhere. */
  void close(String because) {
    Current before = current;
    current =
        new Current(
            before.services(),
            before.methods(),
            before.streams(),
            () -> Optional.of(because),
            true);
    before.streams().leave();
  }

  private Optional<String> closedForAll() {
    Current now = current;
    return now.closed() ? now.gate().closedBecause() : Optional.empty();
  }

  /** Why no call is let in now; empty when calls are. */
  Optional<String> closedBecause() {
    return current.gate().closedBecause();
  }

  /** Whether nothing is served, until something is again. */
  boolean isClosed() {
    return current.closed();
  }

  /** Sends all open streams elsewhere. */
  void leave() {
    current.streams().leave();
  }

  @Override
  public List<ServerServiceDefinition> getServices() {
    return current.services();
  }

  @Override
  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
      String methodName, @Nullable String authority) {
    return current.methods().get(methodName);
  }
}
