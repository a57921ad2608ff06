package dev.pawl.api.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.api.fake.FakeNodes;
import dev.pawl.engine.node.Condition;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
  private final AtomicReference<Condition> condition = new AtomicReference<>(FakeNodes.WELL);
  private final NodeHealth health = NodeHealth.start(condition::get);
  private final Server server;
  private final ManagedChannel channel;

  NodeHealthTest() throws IOException {
    health.cover("pawl.v1.RunService");
    String name = "health-" + UUID.randomUUID();
    BindableService service = health.service();
    server = InProcessServerBuilder.forName(name).addService(service).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
    health.close();
  }

  private ServingStatus status(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private void awaitServing(boolean node, boolean cluster, boolean database, boolean feed) {
    List<ServingStatus> wanted =
        Stream.of(node, node, cluster, database, feed)
            .map(serving -> serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
            .toList();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Stream.of("", "pawl.v1.RunService", "cluster", "database", "feed")
                            .map(this::status))
                    .isEqualTo(wanted));
  }

  @Test
  void a_node_serves_once_it_listens_and_until_it_leaves() {
    assertThat(status("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health.troubles().byComponent())
        .containsEntry(Component.NODE, "it does not listen yet");

    health.serving();
    awaitServing(true, true, true, true);
    assertThat(health.troubles().byComponent()).isEmpty();

    health.leave();
    awaitServing(false, false, false, false);
    assertThat(health.troubles().byComponent()).containsEntry(Component.NODE, "it is leaving");
  }

  @Test
  void a_database_that_is_away_is_said_of_the_database_alone() {
    health.serving();
    condition.set(new Condition(true, false, Duration.ofSeconds(4)));
    awaitServing(true, true, false, true);
    condition.set(new Condition(true, false, Duration.ofSeconds(10)));
    awaitServing(true, true, false, false);
    condition.set(FakeNodes.WELL);
    awaitServing(true, true, true, true);
  }

  @Test
  void a_feed_that_stands_still_for_ten_seconds_is_not_well() {
    health.serving();
    condition.set(new Condition(true, true, Duration.ofSeconds(10)));
    awaitServing(true, true, true, false);
  }

  @Test
  void a_node_that_is_no_member_should_get_no_calls() {
    health.serving();
    condition.set(new Condition(false, true, Duration.ZERO));
    awaitServing(false, false, true, true);
    condition.set(FakeNodes.WELL);
    awaitServing(true, true, true, true);
  }
}
