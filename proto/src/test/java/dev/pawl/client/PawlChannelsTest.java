package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PawlChannelsTest {
  private static final GetRunRequest GET = GetRunRequest.getDefaultInstance();

  private final List<FakeNode> nodes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.forEach(FakeNode::close);
  }

  @Test
  void a_call_reaches_the_server_with_our_name_and_a_deadline() {
    FakeNode node = node();
    RunServiceBlockingStub runs = stub(PawlChannels.open(node.address()));

    runs.getRun(GET);
    runs.waitRun(WaitRunRequest.getDefaultInstance());
    runs.withDeadlineAfter(5, TimeUnit.SECONDS).getRun(GET);

    assertThat(node.userAgents).allMatch(agent -> agent.startsWith("pawl-java/"));
    assertThat(node.secondsLeft)
        .satisfiesExactly(
            usual -> assertThat(usual).isBetween(20L, 30L),
            waiting -> assertThat(waiting).isBetween(60L, 75L),
            own -> assertThat(own).isBetween(0L, 5L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void an_unavailable_server_is_asked_again(int failures) {
    FakeNode node = node();
    node.failures.set(failures);

    stub(PawlChannels.open(node.address())).getRun(GET);

    assertThat(node.calls).hasValue(failures + 1);
  }

  @Test
  void retries_take_longer_than_a_failover_and_are_not_more_than_a_channel_lets_through() {
    Map<?, ?> policy =
        (Map<?, ?>)
            ((Map<?, ?>) ((List<?>) Objects.requireNonNull(config().get("methodConfig"))).get(0))
                .get("retryPolicy");
    double attempts =
        (double) Objects.requireNonNull(Objects.requireNonNull(policy).get("maxAttempts"));
    double pause = 0.1;
    double sum = 0;
    for (int i = 1; i < attempts; i++) {
      sum += pause;
      pause = Math.min(pause * 2, 2);
    }

    assertThat(policy.get("initialBackoff")).isEqualTo("0.1s");
    assertThat(policy.get("maxBackoff")).isEqualTo("2s");
    assertThat(policy.get("backoffMultiplier")).isEqualTo(2.0);
    assertThat(policy.get("retryableStatusCodes"))
        .isEqualTo(List.of("UNAVAILABLE", "CANCELLED", "UNKNOWN"));
    assertThat(attempts).isEqualTo(PawlChannels.MOST_ATTEMPTS);
    assertThat(0.8 * sum).as("seconds, at the least").isGreaterThan(20);
    assertThat(config().get("retryThrottling"))
        .isEqualTo(Map.of("maxTokens", 20_000.0, "tokenRatio", 50.0));
  }

  private static Map<String, ?> config() {
    return PawlChannels.serviceConfig();
  }

  @Test
  void a_request_of_the_greatest_size_is_sent_again_too() {
    FakeNode node = node();
    node.failures.set(1);

    stub(PawlChannels.open(node.address()))
        .getRun(GetRunRequest.newBuilder().setName("x".repeat((4 << 20) - 100)).build());

    assertThat(node.calls).hasValue(2);
  }

  @Test
  void without_retries_the_first_failure_is_the_callers() {
    FakeNode node = node();
    node.failures.set(1);

    assertThatThrownBy(
            () ->
                stub(PawlChannels.openWithoutRetries(ServerAddress.parseAll(node.address())))
                    .getRun(GET))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE");
    assertThat(node.calls).hasValue(1);
  }

  @Test
  void a_stream_is_not_begun_again_and_has_no_deadline() {
    FakeNode node = node();

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
  void several_servers_share_the_calls_and_one_that_is_gone_is_left_out() {
    FakeNode first = node();
    FakeNode second = node();
    RunServiceBlockingStub runs = both(first, second);

    first.kill();
    int before = second.calls.get();
    for (int i = 0; i < 10; i++) {
      runs.getRun(GET);
    }
    assertThat(second.calls.get()).isGreaterThanOrEqualTo(before + 10);
  }

  @RepeatedTest(5)
  void a_call_survives_the_node_that_it_went_to() throws Exception {
    FakeNode first = node();
    FakeNode second = node();
    RunServiceBlockingStub runs = both(first, second);
    first.holding = true;
    second.holding = true;

    CompletableFuture<GetRunResponse> call = CompletableFuture.supplyAsync(() -> runs.getRun(GET));
    await().until(() -> first.held.size() + second.held.size() == 1);
    FakeNode asked = first.held.isEmpty() ? second : first;
    FakeNode other = asked == first ? second : first;
    other.holding = false;
    asked.kill();

    assertThat(call.get(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(other.held).isEmpty();
  }

  @Test
  void a_node_that_does_not_serve_gets_no_call_until_it_does_again() {
    FakeNode first = node();
    FakeNode second = node();
    RunServiceBlockingStub runs = both(first, second);

    first.serving(false);
    await().until(() -> callsOf(first, runs) == 0);
    int before = first.calls.get();
    for (int i = 0; i < 100; i++) {
      runs.getRun(GET);
    }
    assertThat(first.calls).hasValue(before);

    first.serving(true);
    await().until(() -> callsOf(first, runs) > 0);
  }

  @Test
  void a_node_that_drains_answers_what_it_was_asked_and_gets_no_more() throws Exception {
    FakeNode first = node();
    FakeNode second = node();
    RunServiceBlockingStub runs = both(first, second);
    first.holding = true;
    CompletableFuture<GetRunResponse> call =
        CompletableFuture.supplyAsync(
            () -> {
              while (first.held.isEmpty()) {
                runs.getRun(GET);
              }
              return GetRunResponse.getDefaultInstance();
            });
    await().until(() -> !first.held.isEmpty());

    first.holding = false;
    first.drain();
    // A call that left before the client heard of it is answered as well.
    await().until(() -> callsOf(first, runs) == 0);
    int before = first.calls.get();
    for (int i = 0; i < 100; i++) {
      runs.getRun(GET);
    }
    assertThat(first.calls).hasValue(before);
    assertThat(first.held).hasSize(1);
    FakeNode.answer(first.held.get(0));
    assertThat(call.get(10, TimeUnit.SECONDS)).isNotNull();
    // The client's question for its health must not keep it from ending.
    await().until(first::hasEnded);
  }

  @Test
  void a_call_waits_for_the_first_node_that_serves() throws Exception {
    FakeNode first = node();
    FakeNode second = node();
    first.serving(false);
    second.serving(false);
    RunServiceBlockingStub runs = stub(PawlChannels.open(FakeNode.addresses(first, second)));

    CompletableFuture<GetRunResponse> call = CompletableFuture.supplyAsync(() -> runs.getRun(GET));
    await().pollDelay(Duration.ofMillis(300)).until(() -> !call.isDone());
    second.serving(true);

    assertThat(call.get(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(first.calls).hasValue(0);
  }

  @Test
  void a_call_waits_for_the_only_node_to_come_back() throws Exception {
    FakeNode node = node();
    RunServiceBlockingStub runs = stub(PawlChannels.open(node.address()));
    runs.getRun(GET);
    node.kill();

    CompletableFuture<GetRunResponse> call = CompletableFuture.supplyAsync(() -> runs.getRun(GET));
    await().pollDelay(Duration.ofMillis(1_500)).until(() -> !call.isDone());
    node.comeBack();

    assertThat(call.get(2, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void a_call_that_found_no_node_says_why() {
    FakeNode node = node();
    node.kill();
    RunServiceBlockingStub runs = stub(PawlChannels.open(node.address()));

    assertThatThrownBy(() -> runs.withDeadlineAfter(1, TimeUnit.SECONDS).getRun(GET))
        .hasMessageContaining("DEADLINE_EXCEEDED")
        .hasMessageContaining("Connection refused");
  }

  @Test
  void a_node_that_takes_connections_and_says_nothing_holds_up_no_call() throws IOException {
    FakeNode node = node();
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RunServiceBlockingStub runs =
          stub(PawlChannels.open("127.0.0.1:" + mute.getLocalPort() + "," + node.address()))
              .withDeadlineAfter(5, TimeUnit.SECONDS);
      for (int i = 0; i < 10; i++) {
        runs.getRun(GET);
      }
      assertThat(node.calls).hasValue(10);
    }
  }

  @Test
  void a_host_that_nobody_knows_is_said_to_be_unknown() {
    assertThatThrownBy(
            () ->
                stub(PawlChannels.openWithoutRetries(
                        ServerAddress.parseAll("no-such-host.invalid:1")))
                    .getRun(GET))
        .hasMessageContaining("no such host: no-such-host.invalid");
  }

  @Test
  void a_token_travels_as_metadata() {
    FakeNode node = node();
    ManagedChannel channel =
        PawlChannels.open(
            ServerAddress.parseAll(node.address()), Optional.of(new BearerToken(() -> "t0ken")));

    stub(channel).getRun(GET);

    assertThat(node.authorizations).containsExactly("Bearer t0ken");
  }

  @Test
  void a_large_answer_is_taken() {
    FakeNode node = node();
    node.padding = "x".repeat(15 * 1024 * 1024);

    assertThat(stub(PawlChannels.open(node.address())).getRun(GET).getRun().getReason())
        .hasSize(15 * 1024 * 1024);
  }

  /** A stub that is connected to both. */
  private RunServiceBlockingStub both(FakeNode first, FakeNode second) {
    RunServiceBlockingStub runs = stub(PawlChannels.open(FakeNode.addresses(first, second)));
    await()
        .until(
            () -> {
              runs.getRun(GET);
              return first.calls.get() > 0 && second.calls.get() > 0;
            });
    return runs;
  }

  /** How many of ten calls go to a node. */
  private static int callsOf(FakeNode node, RunServiceBlockingStub runs) {
    int before = node.calls.get();
    for (int i = 0; i < 10; i++) {
      runs.getRun(GET);
    }
    return node.calls.get() - before;
  }

  private RunServiceBlockingStub stub(ManagedChannel channel) {
    return RunServiceGrpc.newBlockingStub(keep(channel));
  }

  private ManagedChannel keep(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  private FakeNode node() {
    FakeNode node = new FakeNode();
    nodes.add(node);
    return node;
  }
}
