package dev.pawl.engine.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.wire.ClusterJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two members of one cluster that ask each other. */
class RosterTest {
  private final List<ActorSystem<Void>> systems = new ArrayList<>();

  private ActorSystem<Void> member() {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "pawl",
            ActorSystemSetup.create(
                BootstrapSetup.create(
                    ConfigFactory.parseString(
                            """
                            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                            """)
                        .withFallback(ConfigFactory.parseResources("engine.conf"))
                        .withFallback(ConfigFactory.load())
                        .resolve()),
                ClusterJson.setup()));
    Cluster cluster = Cluster.get(system);
    Cluster first = Cluster.get(systems.isEmpty() ? system : systems.getFirst());
    cluster.manager().tell(Join.create(first.selfMember().address()));
    systems.add(system);
    return system;
  }

  private static Roster roster(ActorSystem<Void> system) {
    long uid = Cluster.get(system).selfMember().uniqueAddress().longUid();
    return new Roster(system, () -> CompletableFuture.completedFuture(NodeRowTest.report(uid)));
  }

  private static List<NodeRow> list(Roster roster) throws Exception {
    return roster.list().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    systems.forEach(ActorSystem::terminate);
  }

  @Test
  void every_member_answers_for_itself_to_each_other() throws Exception {
    Roster old = roster(member());
    Roster young = roster(member());

    for (Roster roster : List.of(old, young)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                List<NodeRow> rows = list(roster);
                assertThat(rows).hasSize(2).allMatch(row -> row.report().isPresent());
                assertThat(rows)
                    .allMatch(row -> row.seat().status() == NodeStatus.UP)
                    .allMatch(row -> row.seat().reachable())
                    .allMatch(row -> row.report().orElseThrow().uid() == row.seat().uid());
                assertThat(rows).extracting(NodeRow::oldest).containsExactly(true, false);
              });
    }
    assertThat(old.seats()).isEqualTo(young.seats());
    assertThat(old.seats().getFirst().address())
        .isEqualTo(Seats.hostPort(Cluster.get(systems.getFirst()).selfMember().address()));
  }

  @Test
  void a_member_that_says_nothing_is_listed_within_its_time() throws Exception {
    Roster old = roster(member());
    ActorSystem<Void> other = member();
    Supplier<CompletionStage<NodeReport>> never = CompletableFuture::new;
    Roster silent = new Roster(other, never);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(silent.seats()).hasSize(2));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              long begun = System.nanoTime();
              List<NodeRow> rows = list(old);
              assertThat(rows)
                  .extracting(row -> row.report().isPresent())
                  .containsExactly(true, false);
              assertThat(Duration.ofNanos(System.nanoTime() - begun))
                  .isBetween(Duration.ofMillis(1_900), Duration.ofMillis(3_500));
            });
  }
}
