package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.ConnectionPool;
import dev.pawl.v1.EntityCount;
import dev.pawl.v1.FeedProgress;
import dev.pawl.v1.GetClusterResponse;
import dev.pawl.v1.HorizonHolder;
import dev.pawl.v1.NodeReport;
import dev.pawl.v1.NodeStatus;
import dev.pawl.v1.StreamCounts;
import dev.pawl.v1.ViewProgress;
import dev.pawl.v1.WorkerGroupLoad;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminClusterTest {
  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  private static ClusterNode.Builder node(int number, NodeStatus status) {
    return ClusterNode.newBuilder()
        .setClusterAddress("10.0.0." + number + ":25520")
        .setUid(4_000 + number)
        .setStatus(status)
        .setReachable(true);
  }

  private static NodeReport.Builder report(int number) {
    return NodeReport.newBuilder()
        .setAddress("10.0.0." + number + ":7171")
        .setVersion("1.2.3")
        .setStartTime(Sample.ago(Duration.ofHours(2)))
        .addEntities(entities("execution", 128, 240))
        .addEntities(entities("run", 128, 120))
        .addEntities(entities("worker-group", 1, 1))
        .addEntities(entities("workflow", 3, 3))
        .setDatabaseAnswers(true)
        .setFeed(
            FeedProgress.newBuilder()
                .setPosition("1/84213/120034")
                .setLag(Durations.fromMillis(20)))
        .setViews(ViewProgress.newBuilder().setLag(Durations.fromMillis(140)))
        .setUnansweredCommands(5)
        .setWaitingLogBytes(4_096)
        .addPools(pool("journal", 1, 3, 2, 4))
        .addPools(pool("feed", 1, 0, 0, 6))
        .setStreams(
            StreamCounts.newBuilder().setWatches(1).setLogTails(2).setWorkers(3).setLogPushes(4));
  }

  private static EntityCount entities(String kind, int shards, int entities) {
    return EntityCount.newBuilder().setKind(kind).setShards(shards).setEntities(entities).build();
  }

  private static ConnectionPool pool(String name, int active, int idle, int waiting, int max) {
    return ConnectionPool.newBuilder()
        .setName(name)
        .setActive(active)
        .setIdle(idle)
        .setWaiting(waiting)
        .setMax(max)
        .build();
  }

  private void three_nodes_of_which_one_is_gone() {
    NodeReport.Builder first = report(1);
    first.getViewsBuilder().setProjecting(true);
    server.admin.cluster =
        GetClusterResponse.newBuilder()
            .addNodes(
                node(1, NodeStatus.NODE_STATUS_UP)
                    .setOldest(true)
                    .setAnswered(true)
                    .setReport(first))
            .addNodes(node(2, NodeStatus.NODE_STATUS_UP).setAnswered(true).setReport(report(2)))
            .addNodes(node(3, NodeStatus.NODE_STATUS_DOWN).setReachable(false))
            .addWorkerGroups(
                WorkerGroupLoad.newBuilder()
                    .setGroup("default")
                    .setClusterAddress("10.0.0.2:25520")
                    .setWorkers(2)
                    .setDraining(1)
                    .setSlots(8)
                    .setBusy(3))
            .addWorkerGroups(
                WorkerGroupLoad.newBuilder()
                    .setGroup("hosts")
                    .setClusterAddress("10.0.0.1:25520")
                    .setWaiting(20)
                    .setOldestWaitTime(Sample.ago(Duration.ofMinutes(4))))
            .setReadTime(Sample.ago(Duration.ZERO))
            .build();
  }

  @Test
  void nodes_groups_and_pools_are_tables_and_what_is_wrong_is_said() {
    three_nodes_of_which_one_is_gone();
    Shell.Ran ran = shell.run("admin", "cluster");

    assertThat(ran.exitCode()).isZero();
    Golden.check("admin-cluster", ran.out());
    Golden.check("admin-cluster-err", ran.err());
    Golden.check("admin-cluster-wide", shell.run("admin", "cluster", "-o", "wide").out());
    assertThat(shell.run("admin", "cluster", "-q").err()).isEmpty();
  }

  @Test
  void without_groups_and_reports_there_is_one_table() {
    server.admin.cluster =
        GetClusterResponse.newBuilder().addNodes(node(1, NodeStatus.NODE_STATUS_JOINING)).build();

    assertThat(shell.run("admin", "cluster").out().lines()).hasSize(2);
  }

  @Test
  void who_holds_the_feed_back_is_named_with_what_ends_it() {
    assertThat(
            hint(
                HorizonHolder.newBuilder()
                    .setApplication("pg_dump")
                    .setPid(4711)
                    .setAge(Durations.fromSeconds(75))))
        .contains("pg_dump, whose transaction is open for 1m 15s")
        .contains("pg_terminate_backend(4711)");
    assertThat(hint(HorizonHolder.newBuilder().setApplication("prepared transaction x")))
        .contains("wait for the prepared transaction x, open: commit it or roll it back");
    assertThat(shell.run("admin", "cluster").out()).contains("feed held back");
  }

  private String hint(HorizonHolder.Builder holder) {
    NodeReport.Builder report = report(1);
    report.getFeedBuilder().setHeldBackBy(holder);
    server.admin.cluster =
        GetClusterResponse.newBuilder()
            .addNodes(node(1, NodeStatus.NODE_STATUS_UP).setAnswered(true).setReport(report))
            .build();
    return shell.run("admin", "cluster").err();
  }

  @Test
  void machines_get_the_answer_as_it_is() throws Exception {
    three_nodes_of_which_one_is_gone();
    GetClusterResponse.Builder read = GetClusterResponse.newBuilder();
    Shell.Ran json = shell.run("admin", "cluster", "-o", "json");
    JsonFormat.parser().merge(json.out(), read);

    assertThat(read.build()).isEqualTo(server.admin.cluster);
    assertThat(json.err()).isEmpty();
    assertThat(shell.run("admin", "cluster", "-o", "jsonl").out().lines()).hasSize(1);
    assertThat(shell.run("admin", "cluster", "-o", "yaml").out())
        .contains("clusterAddress: 10.0.0.1:25520");
    assertThat(shell.run("admin", "cluster", "-o", "name").out().lines())
        .containsExactly("10.0.0.1:25520", "10.0.0.2:25520", "10.0.0.3:25520");
  }
}
