package dev.pawl.api.call;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.regex.Pattern;

/** Reads who calls from the metadata {@code pawl-principal} and {@code traceparent}. */
public final class CallerInterceptor implements ServerInterceptor {
  static final Metadata.Key<String> PRINCIPAL =
      Metadata.Key.of("pawl-principal", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/+-]{0,127}");
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String principal = headers.get(PRINCIPAL);
    if (principal != null && !NAME.matcher(principal).matches()) {
      StatusRuntimeException refusal =
          ApiErrors.invalidField(
              "pawl-principal",
              "is no principal: 1 to 128 of A-Z a-z 0-9 . _ @ : / + -, beginning with a letter or"
                  + " digit");
      Metadata trailers = refusal.getTrailers();
      call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
      return new ServerCall.Listener<>() {};
    }
    String traceparent = headers.get(TRACEPARENT);
    Caller caller =
        new Caller(
            principal == null ? Caller.ANONYMOUS.principal() : principal,
            traceparent != null && TRACE.matcher(traceparent).matches() ? traceparent : "");
    return Contexts.interceptCall(
        Context.current().withValue(Caller.KEY, caller), call, headers, next);
  }
}
