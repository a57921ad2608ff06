package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.feed.HorizonHolder;
import dev.pawl.engine.journal.PoolLoad;
import dev.pawl.engine.node.Condition;
import dev.pawl.engine.node.EntityLoad;
import dev.pawl.engine.node.GatewayLoad;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.NodeRow;
import dev.pawl.engine.node.NodeStatus;
import dev.pawl.engine.node.NodeTotals;
import dev.pawl.engine.node.Nodes;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.worker.GroupLoad;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node says of itself is what was made on it. */
@ExtendWith(PostgresExtension.class)
class NodesTest {
  private final TestDatabase postgres;
  private final Node node;
  private final Nodes nodes;

  NodesTest(TestDatabase postgres) {
    postgres.empty();
    this.postgres = postgres;
    this.node = new Node(postgres);
    this.nodes = node.engine().nodes();
  }

  @AfterEach
  void close() {
    node.close();
  }

  private NodeReport self() throws Exception {
    return Node.get(nodes.self());
  }

  @Test
  void runs_and_executions_are_counted_where_they_live() throws Exception {
    node.startRun("a b");
    node.startRun("a b<a");
    await()
        .untilAsserted(
            () -> {
              NodeReport report = self();
              assertThat(report.entities()).containsKeys("run", "execution", "workflow", "task");
              // Of the second run only one is released.
              assertThat(entities(report, "run").entities()).isEqualTo(2);
              assertThat(entities(report, "execution").entities()).isEqualTo(3);
              assertThat(entities(report, "execution").shards())
                  .isEqualTo(entities(report, "run").shards());
              assertThat(entities(report, "worker-group")).isEqualTo(new EntityLoad(1, 1));
            });
  }

  private static EntityLoad entities(NodeReport report, String kind) {
    return report.entities().getOrDefault(kind, new EntityLoad(0, 0));
  }

  @Test
  void a_group_tells_who_works_and_since_when_others_wait() throws Exception {
    Instant before = Instant.now();
    node.startRun("a b c d e");
    await().until(() -> load().waiting() == 5);
    assertThat(load().oldestWait().orElseThrow()).isBetween(before, Instant.now());
    assertThat(load().workers()).isZero();

    HandWorker worker = new HandWorker(node.engine(), "w1", 2);
    await()
        .untilAsserted(
            () -> {
              GroupLoad load = load();
              assertThat(List.of(load.workers(), load.slots(), load.busy(), load.waiting()))
                  .containsExactly(1, 2, 2, 3);
            });
    worker.succeeding();
    await().untilAsserted(() -> assertThat(load()).isEqualTo(idle(1, 2)));
  }

  private GroupLoad load() throws Exception {
    return self().groups().getOrDefault("default", idle(0, 0));
  }

  private static GroupLoad idle(int workers, int slots) {
    return new GroupLoad(workers, 0, slots, 0, 0, Optional.empty());
  }

  @Test
  void commits_leases_and_reports_are_counted() throws Exception {
    NodeTotals before = nodes.totals();
    new HandWorker(node.engine(), "w1", 4).succeeding();
    node.awaitEnd(node.startRun("a b<a"));

    NodeTotals after = nodes.totals();
    // Of the run: created, twice steps ended, ended; of each execution: leased, ended.
    assertThat(after.facts() - before.facts()).isEqualTo(8);
    assertThat(after.commits() - before.commits()).isBetween(5L, 8L);
    assertThat(after.commitDuration()).isPositive();
    assertThat(after.leases() - before.leases()).isEqualTo(2);
    assertThat(after.reports() - before.reports()).isEqualTo(2);
    assertThat(after.staleReports()).isEqualTo(before.staleReports());
  }

  @Test
  void an_idle_node_is_up_and_behind_nothing() throws Exception {
    await()
        .untilAsserted(
            () -> {
              NodeReport report = self();
              assertThat(report.feed().lag()).isLessThan(Duration.ofSeconds(1));
              assertThat(report.feed().heldBackBy()).isEmpty();
              assertThat(report.views().projecting()).isTrue();
              assertThat(report.views().lag().orElseThrow()).isLessThan(Duration.ofSeconds(1));
            });
    NodeReport report = self();
    assertThat(report.databaseAnswers()).isTrue();
    assertThat(report.unanswered()).isZero();
    assertThat(report.gateway()).isEmpty();
    assertThat(report.pools())
        .extracting(PoolLoad::name, PoolLoad::max)
        .containsExactly(tuple("journal", 6), tuple("feed", 6), tuple("views", 6));
    Condition condition = nodes.condition();
    assertThat(condition.member()).isTrue();
    assertThat(condition.databaseAnswers()).isTrue();
    assertThat(condition.feedLag()).isLessThan(Duration.ofSeconds(1));

    NodeRow row = Node.get(nodes.list()).getFirst();
    assertThat(row.oldest()).isTrue();
    assertThat(row.seat().status()).isEqualTo(NodeStatus.UP);
    assertThat(row.report().orElseThrow().uid()).isEqualTo(row.seat().uid());
  }

  @Test
  void the_gateway_adds_its_part_once_it_is_there() throws Exception {
    GatewayLoad gateway = new GatewayLoad("127.0.0.1:7171", "1.2.3", 1, 2, 3, 4);
    nodes.announce(() -> gateway);
    assertThat(self().gateway()).contains(gateway);
  }

  @Test
  void who_holds_the_feed_back_is_named_and_forgotten_when_it_ends() throws Exception {
    try (Connection holder = postgres.connect();
        var statement = holder.createStatement()) {
      statement.execute("SET application_name = 'a forgotten shell'");
      holder.setAutoCommit(false);
      statement.execute("SELECT pg_current_xact_id()");
      node.startRun("a");

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                NodeReport report = self();
                assertThat(report.feed().lag()).isGreaterThan(Duration.ofSeconds(1));
                HorizonHolder blamed = report.feed().heldBackBy().orElseThrow();
                assertThat(blamed.application()).isEqualTo("a forgotten shell");
                assertThat(blamed.pid()).isPresent();
                assertThat(blamed.age().orElseThrow()).isGreaterThan(Duration.ofSeconds(1));
                assertThat(report.views().lag().orElseThrow())
                    .isGreaterThanOrEqualTo(report.feed().lag().minusMillis(500));
              });
      holder.rollback();
    }
    await()
        .untilAsserted(
            () -> {
              assertThat(self().feed().lag()).isLessThan(Duration.ofSeconds(1));
              assertThat(self().feed().heldBackBy()).isEmpty();
            });
  }
}
