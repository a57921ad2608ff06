package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Event;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes of which one goes, in the middle of a run. */
@Timeout(300)
class ClusterIT {
  /** Within which others go on with what a dead node owned; on an idle machine it takes a third. */
  private static final Duration REPLACED = Duration.ofSeconds(25);

  @TempDir private Path directory;

  private Ordeal<ServerCluster> begin(int tasks) throws Exception {
    Random random = new Random(7);
    return Ordeal.begin(
        directory,
        ServerCluster.start(directory, 3),
        ledger -> Graphs.scripts(ledger, tasks, 8, 1, 0.3, 0.5, random));
  }

  @Test
  @Covers({"OBS-32", "SYS-1", "SYS-3", "SYS-4", "SYS-11"})
  void a_node_that_is_killed_is_replaced_by_the_others() throws Exception {
    // As many as last until the second kill, however long a node takes to come back.
    try (Ordeal<ServerCluster> ordeal = begin(320)) {
      ServerCluster cluster = ordeal.server();
      ordeal.watcher().awaitConnected();
      for (int kill = 1; kill <= 2; kill++) {
        ordeal.awaitBegun(kill * 30);
        ServerNode oldest = cluster.oldest();
        int before = ordeal.ledger().begun().size();
        Instant killed = Instant.now();
        oldest.kill();
        // The worker has four slots and half a second a script: what goes on begins anew.
        ordeal.awaitBegun(before + 12);
        Duration until = Duration.between(killed, Instant.now());
        System.out.printf(
            "ClusterIT: work goes on %d ms after the oldest node was killed%n", until.toMillis());
        assertThat(until).isLessThan(REPLACED);
        cluster.awaitMembers(2);
        oldest.restart();
        cluster.awaitMembers(3);
      }
      ordeal.awaitSucceeded(Duration.ofSeconds(120));
      assertThat(ordeal.verifyLedger().values())
          .as("one fence per task, since its worker lived")
          .allSatisfy(fences -> assertThat(fences).hasSize(1));
      ordeal.verifyLogs();
      ordeal.verifyCommands();
      ordeal.verifyFacts();
    }
  }

  @Test
  @Covers({"SYS-12"})
  void nodes_that_are_restarted_one_after_the_other_fail_nobody() throws Exception {
    try (Ordeal<ServerCluster> ordeal = begin(120)) {
      // As long as the client library gives a call that has no deadline of its own.
      ordeal.commander().takeTime(Duration.ofSeconds(30));
      ordeal.watcher().awaitConnected();
      for (ServerNode node : ordeal.server().nodes()) {
        ordeal.awaitBegun(10);
        Duration took = node.stop();
        System.out.printf("ClusterIT: a node left within %d ms%n", took.toMillis());
        assertThat(took).isLessThan(Duration.ofSeconds(15));
        node.restart();
        ordeal.server().awaitMembers(3);
      }
      ordeal.awaitSucceeded(Duration.ofSeconds(120));
      assertThat(ordeal.commander().unanswered()).as("failed calls").isZero();
      assertThat(ordeal.server().condemned()).isEmpty();
      assertThat(ordeal.verifyLedger().values())
          .allSatisfy(fences -> assertThat(fences).hasSize(1));
      ordeal.verifyLogs();
      ordeal.verifyCommands();
      ordeal.verifyFacts();
    }
  }

  @Test
  @Covers({"SYS-11"})
  void a_node_that_stood_still_for_long_harms_nobody_when_it_goes_on() throws Exception {
    try (Ordeal<ServerCluster> ordeal = begin(200)) {
      ServerCluster cluster = ordeal.server();
      ordeal.watcher().awaitConnected();
      ServerNode node = cluster.oldest();
      ordeal.awaitBegun(10);

      // As long as a collector or a busy machine may take: nobody is replaced for it.
      node.freeze();
      await("nobody is replaced")
          .during(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(20))
          .until(() -> cluster.condemned().isEmpty());
      node.thaw();
      int begun = ordeal.ledger().begun().size();
      ordeal.awaitBegun(begun + 12);
      assertThat(cluster.condemned()).isEmpty();
      assertThat(cluster.members()).hasSize(3);

      node.freeze();
      Instant frozen = Instant.now();
      await("the others took it for dead")
          .atMost(Duration.ofSeconds(40))
          .until(() -> cluster.condemned().contains(node.clusterPort()));
      begun = ordeal.ledger().begun().size();
      ordeal.awaitBegun(begun + 12);
      System.out.printf(
          "ClusterIT: work goes on %d ms after the oldest node stood still%n",
          Duration.between(frozen, Instant.now()).toMillis());
      List<Commander.Acknowledged> known = ordeal.commander().acknowledged();
      node.thaw();
      verifyNoStaleRead(node, known);
      cluster.awaitMembers(3);
      assertThat(node.output()).contains("has lost its membership");

      ordeal.awaitSucceeded(Duration.ofSeconds(120));
      assertThat(ordeal.verifyLedger().values())
          .allSatisfy(fences -> assertThat(fences).hasSize(1));
      ordeal.verifyLogs();
      ordeal.verifyCommands();
      List<Event> facts = ordeal.verifyFacts();
      assertThat(facts).isNotEmpty();
    }
  }

  /**
   * Asked at once, the node refuses, or answers with what was acknowledged while it stood still.
   */
  private static void verifyNoStaleRead(ServerNode node, List<Commander.Acknowledged> known) {
    Commander.Acknowledged last = known.getLast();
    ManagedChannel channel = PawlChannels.open(node.address());
    try {
      await("the node answers again")
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofSeconds(60))
          .until(() -> answersTruly(channel, last));
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean answersTruly(ManagedChannel channel, Commander.Acknowledged last) {
    try {
      Run run =
          RunServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(2, TimeUnit.SECONDS)
              .getRun(GetRunRequest.newBuilder().setName(last.answer().getName()).build())
              .getRun();
      assertThat(run.getRevision().getSequence())
          .isGreaterThanOrEqualTo(last.answer().getRevision().getSequence());
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(PawlErrors.of(e).code())
          .as(e.toString())
          .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
      return false;
    }
  }
}
