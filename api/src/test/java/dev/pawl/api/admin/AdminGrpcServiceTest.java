package dev.pawl.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.FakeNodes;
import dev.pawl.api.fake.Gateway;
import dev.pawl.engine.feed.HorizonHolder;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.EntityCount;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetClusterResponse;
import dev.pawl.v1.NodeReport;
import dev.pawl.v1.NodeStatus;
import dev.pawl.v1.StreamCounts;
import dev.pawl.v1.WorkerGroupLoad;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminGrpcServiceTest {
  private final Gateway engine = new Gateway();

  @AfterEach
  void close() {
    engine.close();
  }

  private GetClusterResponse cluster() {
    return AdminServiceGrpc.newBlockingStub(engine.channel)
        .getCluster(GetClusterRequest.getDefaultInstance());
  }

  @Test
  void a_node_is_shown_with_all_that_it_says() {
    ClusterNode node = cluster().getNodes(0);

    assertThat(node.getClusterAddress()).isEqualTo("10.0.0.1:25520");
    assertThat(node.getUid()).isEqualTo(7);
    assertThat(node.getStatus()).isEqualTo(NodeStatus.NODE_STATUS_UP);
    assertThat(node.getReachable() && node.getOldest() && node.getAnswered()).isTrue();
    NodeReport report = node.getReport();
    assertThat(report.getAddress()).isEqualTo("10.0.0.1:7171");
    assertThat(report.getVersion()).isEqualTo("1.2.3");
    assertThat(report.getEntitiesList())
        .extracting(EntityCount::getKind)
        .containsExactly("execution", "run", "worker-group", "workflow");
    assertThat(report.getEntities(1).getEntities()).isEqualTo(120);
    assertThat(report.getEntities(1).getShards()).isEqualTo(250);
    assertThat(report.getDatabaseAnswers()).isTrue();
    assertThat(report.getFeed().getPosition()).isEqualTo("1/84213/120034");
    assertThat(report.getFeed().getLag().getNanos()).isEqualTo(20_000_000);
    assertThat(report.getFeed().hasHeldBackBy()).isFalse();
    assertThat(report.getViews().getProjecting()).isTrue();
    assertThat(report.getViews().getLag().getNanos()).isEqualTo(40_000_000);
    assertThat(report.getUnansweredCommands()).isEqualTo(5);
    assertThat(report.getWaitingLogBytes()).isEqualTo(4_096);
    assertThat(report.getPools(0).getName()).isEqualTo("journal");
    assertThat(report.getPools(0).getWaiting()).isEqualTo(2);
    assertThat(report.getStreams())
        .isEqualTo(
            StreamCounts.newBuilder()
                .setWatches(1)
                .setLogTails(2)
                .setWorkers(3)
                .setLogPushes(4)
                .build());
  }

  @Test
  void a_node_that_does_not_answer_is_listed_with_what_is_known() {
    ClusterNode node = cluster().getNodes(1);

    assertThat(node.getStatus()).isEqualTo(NodeStatus.NODE_STATUS_DOWN);
    assertThat(node.getReachable() || node.getAnswered() || node.hasReport()).isFalse();
  }

  @Test
  void groups_are_listed_when_somebody_serves_them_or_waits() {
    assertThat(cluster().getWorkerGroupsList())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.getGroup()).isEqualTo("default");
              assertThat(group.getClusterAddress()).isEqualTo("10.0.0.1:25520");
              assertThat(group)
                  .extracting(
                      WorkerGroupLoad::getWorkers,
                      WorkerGroupLoad::getDraining,
                      WorkerGroupLoad::getSlots,
                      WorkerGroupLoad::getBusy,
                      WorkerGroupLoad::getWaiting)
                  .containsExactly(2, 1, 8, 3, 20);
              assertThat(group.getOldestWaitTime().getSeconds())
                  .isEqualTo(FakeNodes.NOW.minusSeconds(240).getEpochSecond());
            });
  }

  @Test
  void who_holds_the_feed_back_is_named_as_far_as_it_is_known() {
    HorizonHolder known =
        new HorizonHolder("psql", Optional.of(4711), Optional.of(Duration.ofSeconds(12)));
    engine.nodes.self = CompletableFuture.completedFuture(FakeNodes.report(Optional.of(known)));
    dev.pawl.v1.HorizonHolder holder = cluster().getNodes(0).getReport().getFeed().getHeldBackBy();
    assertThat(holder.getApplication()).isEqualTo("psql");
    assertThat(holder.getPid()).isEqualTo(4711);
    assertThat(holder.getAge().getSeconds()).isEqualTo(12);

    HorizonHolder prepared =
        new HorizonHolder("prepared transaction x", Optional.empty(), Optional.empty());
    engine.nodes.self = CompletableFuture.completedFuture(FakeNodes.report(Optional.of(prepared)));
    holder = cluster().getNodes(0).getReport().getFeed().getHeldBackBy();
    assertThat(holder.hasPid() || holder.hasAge()).isFalse();
  }
}
