package dev.pawl.client;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Channels to the equal nodes of a cluster, with what a client of Pawl should have.
 *
 * <pre>{@code
 * ManagedChannel channel = PawlChannels.open("one:7171,two:7171,three:7171");
 * RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
 * }</pre>
 *
 * <p><b>Nodes.</b> Calls go to the nodes in turn that say that they serve: one that drains, or that
 * is no member of the cluster, gets none. (A single address of a single node is not asked.) A node
 * that cannot be connected to within 5 s, or that says nothing for 15 s, is left out. While none is
 * there, each is tried every second; while some are, the others every ten.
 *
 * <p><b>Retries.</b> A unary call waits for a node that serves. When it ends with UNAVAILABLE it is
 * sent again, to the next node, up to 16 times: after 0.1, 0.2, 0.4, 0.8, 1.6 s and then every 2 s,
 * each a fifth more or less, which is 20 to 30 s in all and so longer than the loss of a node is
 * felt. Every mutation has a request id, so that is safe. (So is a call sent again that ended with
 * CANCELLED, though nobody here cancelled it: that is how a server ends calls when it stops by
 * force. And one that ended with UNKNOWN, which no server here says: the transport does, of a call
 * that it writes to a connection that breaks at that moment.) The deadline ends all of it, 30 s
 * unless the call has one: a call that found no node until then ends with DEADLINE_EXCEEDED and
 * says why there was none. Retries of a channel stop when 10,000 attempts more failed than 50 times
 * as many as succeeded, so that many callers do not multiply what a sick cluster is asked; 200
 * calls that succeed make up for it. Streams are not begun again here: see {@link ResumingStream}.
 */
public final class PawlChannels {
  /** The largest message that a client takes; a page of 2,000 rows fits. */
  public static final int MAX_INBOUND_BYTES = 16 * 1024 * 1024;

  /** A server must permit pings at this distance; gRPC does not go below. */
  public static final int KEEP_ALIVE_SECONDS = 10;

  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  /** A request that is larger is sent once; the servers' limit is 4 MiB. */
  private static final long KEPT_FOR_RETRY_BYTES = 5L * 1024 * 1024;

  private static final long ALL_KEPT_FOR_RETRY_BYTES = 128L * 1024 * 1024;

  /** Of the service config in this library: gRPC itself would cut it to five. */
  static final int MOST_ATTEMPTS = 17;

  /**
   * When to stop retries. It is not in the service config's file, which other languages may read:
   * they take no more than 1,000 tokens, which a thousand calls that wait for a lost node use up.
   */
  private static final Map<String, ?> STOP_RETRIES =
      Map.of("maxTokens", 20_000.0, "tokenRatio", 50.0);

  private static final String THROTTLING = "retryThrottling";
  private static final String METHODS = "methodConfig";
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
    ManagedChannel channel =
        builder(addresses, credentials)
            .defaultServiceConfig(serviceConfig())
            .enableRetry()
            .maxRetryAttempts(MOST_ATTEMPTS)
            .perRpcBufferLimit(KEPT_FOR_RETRY_BYTES)
            .retryBufferSize(ALL_KEPT_FOR_RETRY_BYTES)
            .build();
    Reconnecting.keep(channel);
    return channel;
  }

  /**
   * Opens a channel whose calls fail at the first failure, also when there is no node to call, for
   * programs that repeat by themselves: the command line does, to say meanwhile what is wrong.
   */
  public static ManagedChannel openWithoutRetries(List<ServerAddress> addresses) {
    return openWithoutRetries(addresses, Optional.empty());
  }

  /** As {@link #openWithoutRetries(List)}, with credentials that are sent with every call. */
  public static ManagedChannel openWithoutRetries(
      List<ServerAddress> addresses, Optional<CallCredentials> credentials) {
    Map<String, ?> config = new HashMap<>(serviceConfig());
    config.keySet().removeAll(List.of(METHODS, THROTTLING));
    ManagedChannel channel =
        builder(addresses, credentials).defaultServiceConfig(config).disableRetry().build();
    Reconnecting.keep(channel);
    return channel;
  }

  private static NettyChannelBuilder builder(
      List<ServerAddress> addresses, Optional<CallCredentials> credentials) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("name at least one server");
    }
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(
            StaticAddresses.target(addresses), InsecureChannelCredentials.create());
    // Interceptors added later run first: credentials and deadline are both set before the
    // transport.
    credentials.ifPresent(added -> builder.intercept(sending(added)));
    return builder
        .intercept(DefaultDeadline.standard())
        .defaultLoadBalancingPolicy(isOneNode(addresses) ? "pick_first" : "round_robin")
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .userAgent("pawl-java/" + version());
  }

  /** Sends credentials with every call of a channel that has none of its own. */
  public static ClientInterceptor sending(CallCredentials credentials) {
    return new Credentials(credentials);
  }

  /** A name may stand for several nodes; an address of this or another machine does not. */
  private static boolean isOneNode(List<ServerAddress> addresses) {
    return addresses.size() == 1 && addresses.get(0).isOneNode();
  }

  /** The retry policies, as gRPC wants them: what JSON reads as objects, lists and doubles. */
  static Map<String, ?> serviceConfig() {
    try (InputStream json =
        Objects.requireNonNull(
            PawlChannels.class.getResourceAsStream(SERVICE_CONFIG), SERVICE_CONFIG)) {
      Map<String, Object> config =
          new Gson()
              .fromJson(new InputStreamReader(json, StandardCharsets.UTF_8), new TypeToken<>() {});
      Objects.requireNonNull(config, SERVICE_CONFIG).put(THROTTLING, STOP_RETRIES);
      return config;
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
