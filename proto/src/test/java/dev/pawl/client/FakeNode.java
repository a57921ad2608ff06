package dev.pawl.client;

import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WaitRunResponse;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node played by hand, on loopback: it answers, refuses, keeps callers waiting, drains, dies and
 * comes back as a test says.
 */
final class FakeNode implements ServerInterceptor, AutoCloseable {
  private static final Metadata.Key<String> USER_AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

  /** What happens in a call of Watch. */
  interface Watching {
    void watch(WatchRequest request, ServerCallStreamObserver<WatchResponse> observer);
  }

  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger failures = new AtomicInteger();
  final ConcurrentLinkedQueue<String> userAgents = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> authorizations = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<Long> secondsLeft = new ConcurrentLinkedQueue<>();
  final List<StreamObserver<GetRunResponse>> held = new CopyOnWriteArrayList<>();
  final List<WatchRequest> watches = new CopyOnWriteArrayList<>();
  volatile boolean holding;
  volatile String padding = "";
  volatile Watching watching =
      (request, observer) -> observer.onError(Status.UNAVAILABLE.asRuntimeException());

  private final int port;
  private HealthStatusManager health = new HealthStatusManager();
  private Server server;

  FakeNode() {
    server = start(0);
    port = server.getPort();
  }

  private Server start(int on) {
    health = new HealthStatusManager();
    try {
      return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", on))
          .addService(ServerInterceptors.intercept(new Runs(), this))
          .addService(ServerInterceptors.intercept(new Watches(), this))
          .addService(health.getHealthService())
          .maxInboundMessageSize(8 << 20)
          .permitKeepAliveTime(5, TimeUnit.SECONDS)
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  static String addresses(FakeNode... nodes) {
    return String.join(",", List.of(nodes).stream().map(FakeNode::address).toList());
  }

  /** Ends every connection at once, as a killed process does. */
  void kill() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the fake node does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Serves again at the same address. */
  void comeBack() {
    server = start(port);
  }

  /** Says in its health service that it wants calls or not. */
  void serving(boolean wanted) {
    health.setStatus("", wanted ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Takes no new connection, and lets the calls under way end. */
  void drain() {
    health.enterTerminalState();
    server.shutdown();
  }

  boolean hasEnded() {
    return server.isTerminated();
  }

  /** Answers a call that it kept waiting. */
  static void answer(StreamObserver<GetRunResponse> call) {
    call.onNext(GetRunResponse.getDefaultInstance());
    call.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    calls.incrementAndGet();
    Optional.ofNullable(headers.get(USER_AGENT)).ifPresent(userAgents::add);
    Optional.ofNullable(headers.get(BearerToken.AUTHORIZATION)).ifPresent(authorizations::add);
    Deadline deadline = Context.current().getDeadline();
    secondsLeft.add(deadline == null ? -1 : deadline.timeRemaining(TimeUnit.SECONDS));
    return Contexts.interceptCall(Context.current(), call, headers, next);
  }

  private final class Runs extends RunServiceGrpc.RunServiceImplBase {
    @Override
    public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> observer) {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      if (holding) {
        ((ServerCallStreamObserver<GetRunResponse>) observer).setOnCancelHandler(() -> {});
        held.add(observer);
        return;
      }
      GetRunResponse.Builder response = GetRunResponse.newBuilder();
      response.getRunBuilder().setReason(padding);
      observer.onNext(response.build());
      observer.onCompleted();
    }

    @Override
    public void waitRun(WaitRunRequest request, StreamObserver<WaitRunResponse> observer) {
      observer.onNext(WaitRunResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }

  private final class Watches extends WatchServiceGrpc.WatchServiceImplBase {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
      watches.add(request);
      watching.watch(request, (ServerCallStreamObserver<WatchResponse>) observer);
    }
  }
}
