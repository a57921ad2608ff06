package dev.pawl.api.call;

import dev.pawl.api.access.Grants;
import dev.pawl.api.access.Identity;
import dev.pawl.api.access.Tokens;
import dev.pawl.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out who calls: by the token in the metadata {@code authorization}, or, where there are no
 * tokens, by what {@code pawl-principal} claims. {@code traceparent} comes along.
 */
public final class CallerInterceptor implements ServerInterceptor {
  static final Metadata.Key<String> PRINCIPAL =
      Metadata.Key.of("pawl-principal", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/+-]{0,127}");
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([\\x21-\\x7e]+)");

  private final Optional<Tokens> tokens;

  public CallerInterceptor(Optional<Tokens> tokens) {
    this.tokens = tokens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Caller caller;
    try {
      caller = caller(headers);
    } catch (StatusRuntimeException refusal) {
      Metadata trailers = refusal.getTrailers();
      call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(Caller.KEY, caller), call, headers, next);
  }

  private Caller caller(Metadata headers) {
    String given = headers.get(TRACEPARENT);
    String traceparent = given != null && TRACE.matcher(given).matches() ? given : "";
    if (tokens.isPresent()) {
      Identity identity = identity(tokens.get(), headers);
      return new Caller(identity.principal(), traceparent, true, identity.grants());
    }
    String principal = headers.get(PRINCIPAL);
    if (principal != null && !NAME.matcher(principal).matches()) {
      throw ApiErrors.invalidField(
          "pawl-principal",
          "is no principal: 1 to 128 of A-Z a-z 0-9 . _ @ : / + -, beginning with a letter or"
              + " digit");
    }
    return new Caller(
        principal == null ? Caller.NOBODY : principal, traceparent, false, Grants.EVERYTHING);
  }

  private static Identity identity(Tokens tokens, Metadata headers) {
    String authorization = headers.get(AUTHORIZATION);
    if (authorization == null) {
      throw unauthenticated("this server wants a token");
    }
    Matcher bearer = BEARER.matcher(authorization);
    if (!bearer.matches()) {
      throw unauthenticated("the metadata `authorization` holds no token");
    }
    return tokens
        .identify(bearer.group(1))
        .orElseThrow(() -> unauthenticated("this server does not know the token"));
  }

  private static StatusRuntimeException unauthenticated(String why) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_UNAUTHENTICATED,
        why + ": send one of its tokens file as `authorization: Bearer TOKEN`");
  }
}
