package dev.pawl.api.call;

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

  /** The services behind their guards, the outermost first. */
  public List<ServerServiceDefinition> apply(List<BindableService> services) {
    List<ServerInterceptor> interceptors =
        List.of(
            new FailureInterceptor(),
            new AdmissionInterceptor(unansweredCalls, waitingCalls),
            new CallerInterceptor());
    return services.stream()
        .map(BindableService::bindService)
        .map(InboundLimit::apply)
        .map(service -> ServerInterceptors.interceptForward(service, interceptors))
        .toList();
  }
}
