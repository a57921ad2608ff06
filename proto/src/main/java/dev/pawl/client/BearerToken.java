package dev.pawl.client;

import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that are a token in the metadata {@code authorization: Bearer TOKEN}. Without TLS
 * they are sent to the own machine only, unless the network is said to be trusted: whoever reads it
 * reads the token.
 */
public final class BearerToken extends CallCredentials {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Supplier<String> token;
  private final boolean networkIsTrusted;

  /** Asks for the token at every call, so that it can be renewed. */
  public BearerToken(Supplier<String> token) {
    this(token, false);
  }

  private BearerToken(Supplier<String> token, boolean networkIsTrusted) {
    this.token = token;
    this.networkIsTrusted = networkIsTrusted;
  }

  /** One that is sent to other machines without TLS, too. */
  public static BearerToken overTrustedNetwork(Supplier<String> token) {
    return new BearerToken(token, true);
  }

  @Override
  public void applyRequestMetadata(
      RequestInfo request, Executor executor, MetadataApplier applier) {
    if (!networkIsTrusted
        && request.getSecurityLevel() != SecurityLevel.PRIVACY_AND_INTEGRITY
        && !isLoopback(request.getTransportAttrs())) {
      applier.fail(
          Status.UNAUTHENTICATED.withDescription(
              "a token is not sent over a connection without TLS to another machine"));
      return;
    }
    executor.execute(
        () -> {
          try {
            Metadata headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer " + token.get());
            applier.apply(headers);
          } catch (RuntimeException e) {
            applier.fail(
                Status.UNAUTHENTICATED.withDescription("no token could be had").withCause(e));
          }
        });
  }

  private static boolean isLoopback(Attributes transport) {
    @Nullable SocketAddress remote = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote instanceof InetSocketAddress socket
        && socket.getAddress() != null
        && socket.getAddress().isLoopbackAddress();
  }
}
