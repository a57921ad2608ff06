package dev.pawl.api.call;

import dev.pawl.api.access.Rpcs;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.List;

/**
 * What every call passes on its way to a service.
 *
 * @param unansweredCalls of a node at once
 * @param waitingCalls of a node that wait for a run to end
 */
public record Guards(int unansweredCalls, int waitingCalls) {
  /** More than 2,000 commands at once, and room for who waits. */
  public static final Guards USUAL = new Guards(4_000, 10_000);

  /**
   * The services behind their guards, the outermost first.
   *
   * @throws dev.pawl.api.access.UndeclaredPermission when an rpc does not say who may call it
   */
  public List<ServerServiceDefinition> apply(List<BindableService> services, Access access) {
    List<ServerServiceDefinition> bound =
        services.stream().map(BindableService::bindService).toList();
    Rpcs rpcs = Rpcs.of(bound);
    List<ServerInterceptor> ofCalls =
        List.of(
            new FailureInterceptor(),
            new AdmissionInterceptor(unansweredCalls, waitingCalls),
            new CallerInterceptor(access.tokens()));
    // These look at the request, once it is read.
    List<ServerInterceptor> ofRequests =
        List.of(
            new AuditInterceptor(rpcs, access), new PermissionInterceptor(rpcs, access.objects()));
    return bound.stream()
        .map(service -> ServerInterceptors.interceptForward(service, ofRequests))
        .map(InboundLimit::apply)
        .map(service -> ServerInterceptors.interceptForward(service, ofCalls))
        .toList();
  }
}
