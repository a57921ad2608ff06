package dev.pawl.client;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Channels to one or several equal servers, with what a client of Pawl should have: retries of
 * unary calls while a server is unavailable (every mutation has a request id, so that is safe),
 * keep-alive, room for large answers and a deadline for whoever forgot one.
 *
 * <pre>{@code
 * ManagedChannel channel = PawlChannels.open("127.0.0.1:7171");
 * RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
 * }</pre>
 */
public final class PawlChannels {
  /** The largest message that a client takes; a page of 2,000 rows fits. */
  public static final int MAX_INBOUND_BYTES = 16 * 1024 * 1024;

  /** A server must permit pings at this distance. */
  public static final int KEEP_ALIVE_SECONDS = 30;

  private static final String SERVICE_CONFIG = "/dev/pawl/client/service-config.json";

  private PawlChannels() {}

  /**
   * Opens a channel to servers named as {@code host:port,host:port}, without credentials.
   *
   * @throws IllegalArgumentException when an address is malformed
   */
  public static ManagedChannel open(String addresses) {
    return open(ServerAddress.parseAll(addresses), Optional.empty());
  }

  /** Opens a channel that sends the credentials with every call, such as {@link BearerToken}. */
  public static ManagedChannel open(
      List<ServerAddress> addresses, Optional<CallCredentials> credentials) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("name at least one server");
    }
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(
            StaticAddresses.target(addresses), InsecureChannelCredentials.create());
    // Interceptors added later run first: credentials and deadline are both set before the
    // transport.
    credentials.ifPresent(added -> builder.intercept(new Credentials(added)));
    return builder
        .intercept(DefaultDeadline.standard())
        .defaultLoadBalancingPolicy(addresses.size() == 1 ? "pick_first" : "round_robin")
        .defaultServiceConfig(serviceConfig())
        .enableRetry()
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .userAgent("pawl-java/" + version())
        .build();
  }

  /** The retry policies, as gRPC wants them: what JSON reads as objects, lists and doubles. */
  static Map<String, ?> serviceConfig() {
    try (InputStream json =
        Objects.requireNonNull(
            PawlChannels.class.getResourceAsStream(SERVICE_CONFIG), SERVICE_CONFIG)) {
      Map<String, Object> config =
          new Gson()
              .fromJson(new InputStreamReader(json, StandardCharsets.UTF_8), new TypeToken<>() {});
      return Objects.requireNonNull(config, SERVICE_CONFIG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The version of this library, or {@code development} when it runs from class files. */
  static String version() {
    String version = PawlChannels.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private record Credentials(CallCredentials credentials) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return next.newCall(
          method,
          options.getCredentials() == null ? options.withCallCredentials(credentials) : options);
    }
  }
}
