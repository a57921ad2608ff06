package dev.pawl.client;

import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.RunServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Gives a deadline to unary calls that have none; calls that wait on purpose get a longer one.
 *
 * @param usual of most calls
 * @param waiting of WaitRun and WaitOperation, which the server may hold for 60 s
 */
public record DefaultDeadline(Duration usual, Duration waiting) implements ClientInterceptor {
  private static final Set<String> WAITING =
      Set.of(
          RunServiceGrpc.getWaitRunMethod().getFullMethodName(),
          OperationServiceGrpc.getWaitOperationMethod().getFullMethodName());

  /** 30 s, and 75 s for calls that wait. */
  public static DefaultDeadline standard() {
    return new DefaultDeadline(Duration.ofSeconds(30), Duration.ofSeconds(75));
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    if (method.getType() != MethodType.UNARY || options.getDeadline() != null) {
      return next.newCall(method, options);
    }
    Duration deadline = WAITING.contains(method.getFullMethodName()) ? waiting : usual;
    return next.newCall(
        method, options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS));
  }
}
