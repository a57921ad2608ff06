package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pawl.covers.Covers;
import dev.pawl.engine.cluster.ClusterNode;
import dev.pawl.engine.cluster.ClusterSettings;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.DatabaseSettings;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several nodes over one PostgreSQL, in one process. */
@ExtendWith(PostgresExtension.class)
class EngineClusterTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final TestDatabase postgres;
  private final List<Node> nodes = new ArrayList<>();

  EngineClusterTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
  }

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
  }

  private Node node() {
    return node(ClusterSettings.on("127.0.0.1"));
  }

  private Node node(ClusterSettings cluster) {
    DatabaseSettings all = postgres.settings();
    EngineSettings usual =
        EngineSettings.of(new DatabaseSettings(all.url(), all.user(), all.password(), 2, 3));
    Node node =
        new Node(
            new EngineSettings(
                usual.database(),
                cluster,
                usual.heartbeatInterval(),
                usual.leaseTimeToLive(),
                usual.leaseGrace(),
                Duration.ofSeconds(4),
                true));
    nodes.add(node);
    return node;
  }

  /** A node that joins nobody: what no configuration should do, two clusters over one database. */
  private Node loner() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    return node(new ClusterSettings("127.0.0.1", port, "", 0, List.of("127.0.0.1:" + port)));
  }

  private static void awaitMembers(List<Node> nodes) {
    for (Node node : nodes) {
      ClusterNode member = (ClusterNode) node.engine().membership();
      await()
          .atMost(SOON)
          .until(() -> member.fit() && member.share(60).length == 60 / nodes.size());
    }
  }

  @Test
  @Covers("SYS-1")
  void nodes_over_one_database_are_one_cluster() throws Exception {
    List<Node> three = List.of(node(), node(), node());
    awaitMembers(three);
    HandWorker worker = new HandWorker(three.get(1).engine(), "w1", 8).succeeding();
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      runs.add(three.get(i % 3).startRun("a b<a c<b"));
    }
    for (int i = 0; i < 12; i++) {
      assertThat(three.get((i + 1) % 3).awaitEnd(runs.get(i)).status())
          .isEqualTo(RunStatus.SUCCEEDED);
    }
    assertThat(worker.started()).hasSize(36);

    // Each node's feed has all of it, each entity's facts in order and without a gap.
    for (Node node : three) {
      assertThat(factsOf(node, 12 * 11)).doesNotHaveDuplicates();
    }
  }

  /** Reads so many facts of runs and executions from the beginning, and checks their order. */
  private static List<String> factsOf(Node node, int count) throws Exception {
    List<String> seen = new ArrayList<>();
    FeedPosition after = FeedPosition.BEGINNING;
    while (seen.size() < count) {
      for (FeedEntry entry : Node.get(node.engine().feed().read(after, 100))) {
        after = entry.position();
        switch (entry) {
          case FeedEntry.OfRun run -> seen.add(run.id() + " " + run.sequence());
          case FeedEntry.OfExecution execution ->
              seen.add(execution.id() + " " + execution.sequence());
          case FeedEntry.OfDefinition _, FeedEntry.OfOperation _, FeedEntry.OfLock _ -> {}
        }
      }
    }
    return seen;
  }

  @Test
  void what_a_leaving_node_held_goes_on_with_the_others() throws Exception {
    Node leaving = node();
    Node staying = node();
    awaitMembers(List.of(leaving, staying));
    HandWorker worker = new HandWorker(staying.engine(), "w1", 40).beating();
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      // Task names are the hand worker's keys.
      runs.add(leaving.startRun("a%d b%d<a%d".formatted(i, i, i)));
    }
    await().atMost(SOON).until(() -> worker.started().size() == 20);

    leaving.close();
    nodes.remove(leaving);
    worker.succeeding();
    for (RunId run : runs) {
      assertThat(staying.awaitEnd(run).status()).isEqualTo(RunStatus.SUCCEEDED);
    }
    // Nothing was handed out a second time: the worker held it all the while.
    assertThat(worker.started()).hasSize(40);
  }

  @Test
  void leases_that_were_lost_with_the_node_of_their_group_are_handed_out_again() throws Exception {
    Node leaving = node();
    awaitMembers(List.of(leaving));
    HandWorker worker = new HandWorker(leaving.engine(), "w1", 40);
    await().atMost(SOON).until(worker::welcomed);
    Node staying = node();
    awaitMembers(List.of(leaving, staying));
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      runs.add(staying.startRun("a" + i));
    }
    await().atMost(SOON).until(() -> worker.started().size() == 20);

    // The group is born again on the other node, where some of the executions were all the while.
    worker.forgetLeases();
    leaving.close();
    nodes.remove(leaving);
    HandWorker again = new HandWorker(staying.engine(), worker).beating().succeeding();
    for (RunId run : runs) {
      assertThat(staying.awaitEnd(run).status()).isEqualTo(RunStatus.SUCCEEDED);
    }
    assertThat(again.started()).containsExactlyInAnyOrderElementsOf(worker.started());
  }

  @Test
  void log_that_one_node_stores_is_followed_on_another() throws Exception {
    List<Node> two = List.of(node(), node());
    awaitMembers(two);
    LogKey key = new LogKey(new ExecutionId(new RunId("run%023d".formatted(7)), "a", 0), 1);
    Node.get(two.getFirst().engine().logs().append(chunk(key, 1)));
    try (Logs.Tail tail =
        two.get(1).engine().logs().tail(key.execution().run(), Optional.empty())) {
      for (int line = 2; line <= 5; line++) {
        Node.get(two.getFirst().engine().logs().append(chunk(key, line)));
        awaitLine(two.get(1), tail, key, line);
      }
    }
  }

  /** What another node stored is read from the store, as soon as the tail says that it lags. */
  private static void awaitLine(Node node, Logs.Tail tail, LogKey key, int line) throws Exception {
    while (Node.get(node.engine().logs().read(key, line, 1_000)).isEmpty()) {
      try {
        Node.get(tail.next());
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(Logs.TailLagged.class);
      }
    }
  }

  private static LogChunk chunk(LogKey key, int line) {
    return new LogChunk(
        key,
        Instant.now(),
        0,
        1,
        Operation.EXECUTE,
        "w1",
        line,
        1,
        ByteString.copyFromUtf8("line " + line),
        false,
        false);
  }

  @Test
  void a_node_that_the_others_took_for_dead_answers_no_more_and_says_so() throws Exception {
    Node first = node();
    Node second = node();
    awaitMembers(List.of(first, second));
    RunId run = first.startRun("a");
    postgres.execute(
        "UPDATE cluster_node SET condemned_at = now() WHERE started_at ="
            + " (SELECT max(started_at) FROM cluster_node)");

    await()
        .atMost(SOON)
        .until(() -> second.engine().membership().lost().toCompletableFuture().isDone());
    assertThat(second.engine().membership().fit()).isFalse();
    assertThat(second.engine().membership().doubt().orElseThrow())
        .contains("the other nodes took it for dead");
    awaitMembers(List.of(first));
    assertThat(first.status(run)).isEqualTo(RunStatus.RUNNING);

    // In its place a new life joins.
    second.restart();
    awaitMembers(List.of(first, second));
    assertThat(second.status(run)).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  @Covers({"SYS-3"})
  void two_lives_of_each_run_at_once_do_no_harm() throws Exception {
    List<Node> both = List.of(loner(), loner());
    List<HandWorker> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(new HandWorker(both.get(i).engine(), "w" + i, 50).beating());
    }
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      runs.add(both.get(i % 2).startRun("a%d b%d<a%d c%d<b%d".formatted(i, i, i, i, i)));
    }
    List<CompletableFuture<Optional<String>>> commands = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RunId run = runs.get(ThreadLocalRandom.current().nextInt(runs.size()));
      commands.add(
          command(
              both.get(i % 2), run, i % 4 < 2 ? RunVerb.PAUSE : RunVerb.CONTINUE, "request-" + i));
      if (i == 100) {
        // Not before, or all runs have ended when the first command comes.
        workers.forEach(HandWorker::succeeding);
      }
    }
    Set<String> acknowledged = new HashSet<>();
    for (CompletableFuture<Optional<String>> command : commands) {
      command.join().ifPresent(acknowledged::add);
    }
    assertThat(acknowledged).isNotEmpty();
    Journal journal = new Journal(both.getFirst());
    int round = 0;
    while (!journal.ended().containsAll(runs)) {
      // Whoever has a run paused in memory, though it is not, learns it by its next write.
      round++;
      for (RunId run : runs) {
        if (!journal.ended().contains(run)) {
          command(both.get(round % 2), run, RunVerb.CONTINUE, run + "-continue-" + round).join();
        }
      }
      journal.read();
    }
    journal.checkThatOneLifeWrote(acknowledged);
  }

  /** The request id when the command was acknowledged. */
  private static CompletableFuture<Optional<String>> command(
      Node node, RunId run, RunVerb verb, String requestId) {
    return node.engine()
        .runs()
        .command(
            "default",
            run,
            verb,
            Optional.empty(),
            new Cause.Command(requestId, "b0d7", "ann", ""),
            OptionalLong.empty(),
            false)
        .handle(
            (answer, failure) ->
                failure == null && answer instanceof Answer.Accepted<RunHead, RunRejection>
                    ? Optional.of(requestId)
                    : Optional.<String>empty())
        .toCompletableFuture();
  }

  /** All facts of runs and executions, as a node's feed shows them. */
  private static final class Journal {
    private final Node node;
    private final Map<String, List<Long>> sequences = new HashMap<>();
    private final Map<String, Integer> byRequest = new HashMap<>();
    private final Map<ExecutionId, List<Long>> leases = new HashMap<>();
    private final Map<ExecutionId, Integer> ends = new HashMap<>();
    private final Set<RunId> ended = new HashSet<>();
    private FeedPosition after = FeedPosition.BEGINNING;

    Journal(Node node) throws Exception {
      this.node = node;
      read();
    }

    Set<RunId> ended() {
      return ended;
    }

    /** Reads on to where the feed is now. */
    void read() throws Exception {
      FeedPosition head = node.engine().feed().head();
      while (after.compareTo(head) < 0) {
        for (FeedEntry entry : Node.get(node.engine().feed().read(after, 500))) {
          after = entry.position();
          take(entry);
        }
      }
    }

    private void take(FeedEntry entry) {
      switch (entry) {
        case FeedEntry.OfDefinition _, FeedEntry.OfOperation _, FeedEntry.OfLock _ -> {}
        case FeedEntry.OfRun run -> {
          note(run.id().value(), run.sequence());
          if (run.fact().cause() instanceof Cause.Command command) {
            byRequest.merge(command.requestId(), 1, Integer::sum);
          }
          if (RunStatus.valueOf(run.fact().after()).ended()) {
            ended.add(run.id());
          }
        }
        case FeedEntry.OfExecution execution -> {
          note(execution.id().entityId(), execution.sequence());
          switch (execution.fact().event()) {
            case ExecutionEvent.Leased leased ->
                leases.computeIfAbsent(execution.id(), _ -> new ArrayList<>()).add(leased.fence());
            case ExecutionEvent.Ended _ -> ends.merge(execution.id(), 1, Integer::sum);
            case ExecutionEvent.StopBegan _,
                ExecutionEvent.Stopped _,
                ExecutionEvent.Undone _,
                ExecutionEvent.AttemptFailed _ -> {}
          }
        }
      }
    }

    private void note(String entity, long sequence) {
      sequences.computeIfAbsent(entity, _ -> new ArrayList<>()).add(sequence);
    }

    void checkThatOneLifeWrote(Set<String> acknowledged) {
      sequences.forEach(
          (entity, numbers) ->
              assertThat(numbers)
                  .as(entity)
                  .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList()));
      assertThat(byRequest.values()).allMatch(times -> times == 1);
      assertThat(leases.values())
          .allMatch(fences -> fences.equals(fences.stream().distinct().sorted().toList()));
      assertThat(ends).hasSize(60);
      assertThat(ends.values()).allMatch(times -> times == 1);
      // What was acknowledged was stored, or was so already.
      assertThat(byRequest.keySet()).containsAnyElementsOf(acknowledged);
    }
  }
}
