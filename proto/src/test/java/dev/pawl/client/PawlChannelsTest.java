package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WaitRunResponse;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PawlChannelsTest {
  private static final Metadata.Key<String> USER_AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

  private final List<Node> nodes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.forEach(node -> node.server.shutdownNow());
  }

  @Test
  void a_call_reaches_the_server_with_our_name_and_a_deadline() throws IOException {
    Node node = node();
    RunServiceBlockingStub runs = stub(PawlChannels.open(node.address()));

    runs.getRun(GetRunRequest.getDefaultInstance());
    runs.waitRun(WaitRunRequest.getDefaultInstance());
    runs.withDeadlineAfter(5, TimeUnit.SECONDS).getRun(GetRunRequest.getDefaultInstance());

    assertThat(node.userAgents).allMatch(agent -> agent.startsWith("pawl-java/"));
    assertThat(node.secondsLeft)
        .satisfiesExactly(
            usual -> assertThat(usual).isBetween(20L, 30L),
            waiting -> assertThat(waiting).isBetween(60L, 75L),
            own -> assertThat(own).isBetween(0L, 5L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void an_unavailable_server_is_asked_again(int failures) throws IOException {
    Node node = node();
    node.failures.set(failures);

    stub(PawlChannels.open(node.address())).getRun(GetRunRequest.getDefaultInstance());

    assertThat(node.calls).hasValue(failures + 1);
  }

  @Test
  void a_fifth_failure_is_the_callers() throws IOException {
    Node node = node();
    node.failures.set(5);

    assertThatThrownBy(
            () ->
                stub(PawlChannels.open(node.address())).getRun(GetRunRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE");
    assertThat(node.calls).hasValue(5);
  }

  @Test
  void a_stream_is_not_begun_again_and_has_no_deadline() throws IOException {
    Node node = node();

    assertThatThrownBy(
            () ->
                WatchServiceGrpc.newBlockingStub(keep(PawlChannels.open(node.address())))
                    .watch(WatchRequest.getDefaultInstance())
                    .hasNext())
        .hasMessageContaining("UNAVAILABLE");
    assertThat(node.calls).hasValue(1);
    assertThat(node.secondsLeft).containsExactly(-1L);
  }

  @Test
  void several_servers_share_the_calls_and_one_that_is_gone_is_left_out() throws IOException {
    Node first = node();
    Node second = node();
    RunServiceBlockingStub runs =
        stub(PawlChannels.open(first.address() + "," + second.address())).withWaitForReady();

    org.awaitility.Awaitility.await()
        .untilAsserted(
            () -> {
              runs.getRun(GetRunRequest.getDefaultInstance());
              assertThat(first.calls).hasPositiveValue();
              assertThat(second.calls).hasPositiveValue();
            });
    first.server.shutdownNow();
    int before = second.calls.get();
    for (int i = 0; i < 10; i++) {
      runs.getRun(GetRunRequest.getDefaultInstance());
    }
    assertThat(second.calls.get()).isGreaterThanOrEqualTo(before + 10);
  }

  @Test
  void a_host_that_nobody_knows_is_said_to_be_unknown() {
    assertThatThrownBy(
            () ->
                stub(PawlChannels.open("no-such-host.invalid:1"))
                    .getRun(GetRunRequest.getDefaultInstance()))
        .hasMessageContaining("no such host: no-such-host.invalid");
  }

  @Test
  void a_token_travels_as_metadata() throws IOException {
    Node node = node();
    ManagedChannel channel =
        PawlChannels.open(
            ServerAddress.parseAll(node.address()), Optional.of(new BearerToken(() -> "t0ken")));

    stub(channel).getRun(GetRunRequest.getDefaultInstance());

    assertThat(node.authorizations).containsExactly("Bearer t0ken");
  }

  @Test
  void a_large_answer_is_taken() throws IOException {
    Node node = node();
    node.padding = "x".repeat(15 * 1024 * 1024);

    assertThat(
            stub(PawlChannels.open(node.address()))
                .getRun(GetRunRequest.getDefaultInstance())
                .getRun()
                .getReason())
        .hasSize(15 * 1024 * 1024);
  }

  private RunServiceBlockingStub stub(ManagedChannel channel) {
    return RunServiceGrpc.newBlockingStub(keep(channel));
  }

  private ManagedChannel keep(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  private Node node() throws IOException {
    Node node = new Node();
    nodes.add(node);
    return node;
  }

  /** A server that answers, or fails as often as it is told. */
  private static final class Node implements ServerInterceptor {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final ConcurrentLinkedQueue<String> userAgents = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> authorizations = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Long> secondsLeft = new ConcurrentLinkedQueue<>();
    volatile String padding = "";
    final Server server;

    Node() throws IOException {
      server =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .addService(new Runs())
              .addService(new Watches())
              .intercept(this)
              .build()
              .start();
    }

    String address() {
      return "127.0.0.1:" + server.getPort();
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

    private static final class Watches extends WatchServiceGrpc.WatchServiceImplBase {
      @Override
      public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
      }
    }
  }
}
