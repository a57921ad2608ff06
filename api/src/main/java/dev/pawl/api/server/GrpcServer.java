package dev.pawl.api.server;

import dev.pawl.api.access.Tokens;
import dev.pawl.api.call.CallerInterceptor;
import dev.pawl.api.call.InboundLimit;
import dev.pawl.api.call.InboundSize;
import dev.pawl.api.health.NodeHealth;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The listener: services behind their limits, on Netty.
 *
 * <p>A connection is closed gently after 30 minutes, so that callers spread over the nodes again:
 * new calls take a new connection, and the streams that are open (workers, watchers) stay on the
 * old one for as long as they last.
 */
final class GrpcServer {
  private static final int METADATA_BYTES = 8 * 1024;

  private static final int FLOW_CONTROL_WINDOW = 1024 * 1024;
  private static final int CALLS_PER_CONNECTION = 10_000;
  private static final int RESETS_PER_WINDOW = 5_000;
  private static final int RESET_WINDOW_SECONDS = 30;

  private final Server server;
  private final NodeHealth health;
  private final NodeServices services;
  private final ExecutorService executor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GrpcServer(
      Server server, NodeHealth health, NodeServices services, ExecutorService executor) {
    this.server = server;
    this.health = health;
    this.services = services;
    this.executor = executor;
  }

  /**
   * Listens and serves.
   *
   * @param tokens that callers of reflection must have; health is for everybody
   * @param health told which services there are, and when the server leaves
   * @param calls told of every call
   */
  static GrpcServer start(
      InetAddress address,
      int port,
      NodeServices services,
      Optional<Tokens> tokens,
      NodeHealth health,
      ServerStreamTracer.Factory calls)
      throws IOException {
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-", 0).factory());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(address, port))
            .executor(executor)
            // Ours answers with a reason.
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .addStreamTracerFactory(InboundSize.FACTORY)
            .addStreamTracerFactory(calls)
            .maxInboundMetadataSize(METADATA_BYTES)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
            // Workers ping every 10 s, so that a lease is not renewed over a dead connection.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .maxConnectionAge(30, TimeUnit.MINUTES);
    builder.fallbackHandlerRegistry(services);
    services
        .getServices()
        .forEach(service -> health.cover(service.getServiceDescriptor().getName()));
    builder.addService(InboundLimit.apply(health.service().bindService()));
    builder.addService(
        ServerInterceptors.intercept(
            InboundLimit.apply(ProtoReflectionServiceV1.newInstance().bindService()),
            new CallerInterceptor(tokens)));
    return new GrpcServer(builder.build().start(), health, services, executor);
  }

  int port() {
    return server.getPort();
  }

  /** Takes nothing new, ends streams with word to go elsewhere, and waits for what is under way. */
  void close(Duration drain) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    health.leave();
    server.shutdown();
    services.leave();
    try {
      if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
  }
}
