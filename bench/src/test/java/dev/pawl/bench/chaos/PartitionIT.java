package dev.pawl.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.node.LeaseTimes;
import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.load.Definitions;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.covers.Covers;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes of which one loses the other two, though not PostgreSQL. */
@NullMarked
@Timeout(240)
class PartitionIT {
  private static final int RUNS = 60;

  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  @Covers({"SYS-1", "SYS-3", "SYS-11"})
  void a_minority_of_one_answers_no_more_and_the_majority_serves_all(@TempDir Path directory)
      throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3, LeaseTimes.SHORT, List.of())) {
      for (ManagedChannel channel : open(cluster.addresses())) {
        awaitMembers(channel, 3, Duration.ofSeconds(30));
      }
      List<String> runs = startRuns(channels.getFirst());
      // The oldest node says where shards live: the harder one to lose.
      ServerNode lonely = cluster.nodes().getFirst();

      Instant cut = Instant.now();
      cluster.isolate(lonely);
      Channel minority = channels.getFirst();
      List<ManagedChannel> majority = channels.subList(1, 3);
      PawlError refusal = awaitRefusal(minority, runs.getFirst());
      Duration silent = Duration.between(cut, Instant.now());
      assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(refusal.message()).isNotBlank();
      for (int i = 0; i < runs.size(); i++) {
        awaitPaused(majority.get(i % 2), runs.get(i), Duration.ofSeconds(25).minus(since(cut)));
      }
      Duration served = since(cut);
      assertThat(runs).allMatch(run -> refusal(minority, run).isPresent());

      Instant healed = Instant.now();
      cluster.healNetwork();
      for (ManagedChannel channel : channels) {
        awaitMembers(channel, 3, Duration.ofSeconds(30).minus(since(healed)));
      }
      System.out.printf(
          "PartitionIT: the minority refused after %d ms, the majority served %d runs after %d ms,"
              + " three members %d ms after healing%n",
          silent.toMillis(), runs.size(), served.toMillis(), since(healed).toMillis());
      for (String run : runs) {
        assertThat(continued(minority, run).getState()).isEqualTo(RunState.RUN_STATE_RUNNING);
      }
    }
  }

  /** Without the health check of our library, which would not even ask a node that is in doubt. */
  private List<ManagedChannel> open(List<String> addresses) {
    for (String address : addresses) {
      channels.add(
          Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
              .disableRetry()
              .build());
    }
    return channels;
  }

  private static Duration since(Instant moment) {
    return Duration.between(moment, Instant.now());
  }

  private static void awaitMembers(Channel channel, int count, Duration within) {
    await(count + " members")
        .atMost(within)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () ->
                AdminServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(5, TimeUnit.SECONDS)
                    .getCluster(GetClusterRequest.getDefaultInstance())
                    .getNodesList()
                    .stream()
                    .filter(node -> node.getReachable() && node.getAnswered())
                    .count(),
            seen -> seen == count);
  }

  /** Runs that wait for a worker of which there is none. */
  private static List<String> startRuns(Channel channel) {
    String definition = Definitions.submitForNobody(channel);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      names.add(
          RunServiceGrpc.newBlockingStub(channel)
              .startRun(
                  StartRunRequest.newBuilder()
                      .setDefinition(definition)
                      .setRequestId(RequestIds.next())
                      .build())
              .getRun()
              .getName());
    }
    return names;
  }

  private static Run paused(Channel channel, String run) {
    return stub(channel)
        .pauseRun(PauseRunRequest.newBuilder().setName(run).setRequestId(RequestIds.next()).build())
        .getRun();
  }

  private static Run continued(Channel channel, String run) {
    return stub(channel)
        .continueRun(
            ContinueRunRequest.newBuilder().setName(run).setRequestId(RequestIds.next()).build())
        .getRun();
  }

  private static RunServiceBlockingStub stub(Channel channel) {
    return RunServiceGrpc.newBlockingStub(channel).withDeadlineAfter(2, TimeUnit.SECONDS);
  }

  /** Waits until a command is refused since the node is in doubt, and returns the refusal. */
  private static PawlError awaitRefusal(Channel channel, String run) {
    return await("a refusal")
        .atMost(Duration.ofSeconds(25))
        .until(() -> refusal(channel, run), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<PawlError> refusal(Channel channel, String run) {
    try {
      paused(channel, run);
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      PawlError error = PawlErrors.of(e);
      return error.reason().filter("NOT_SERVING"::equals).map(_ -> error);
    }
  }

  private static void awaitPaused(Channel channel, String run, Duration within) {
    await(run + " is paused")
        .atMost(within)
        .pollDelay(Duration.ZERO)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(() -> paused(channel, run).getState() == RunState.RUN_STATE_PAUSED);
  }
}
