package dev.pawl.worker;

import static dev.pawl.worker.FakeServer.EXECUTION;
import static dev.pawl.worker.FakeServer.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.v1.Action;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.JavaAction;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Reconnect;
import dev.pawl.v1.Report;
import dev.pawl.v1.ReportAck;
import dev.pawl.v1.Stop;
import dev.pawl.v1.Stopped;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SessionTest {
  private static final Action.Builder NOOP =
      Action.newBuilder().setNoop(NoopAction.getDefaultInstance());
  private static final Action.Builder CALL =
      Action.newBuilder().setJava(JavaAction.newBuilder().setHandler("h"));

  private final FakeServer server = new FakeServer();
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void end() {
    release.countDown();
    server.close();
  }

  /** A worker whose handler waits until the test releases it, or it is interrupted. */
  private Worker waiting() {
    return started(
        server
            .worker()
            .handler(
                "h",
                assignment -> {
                  calls.incrementAndGet();
                  release.await();
                  return Outputs.none();
                }));
  }

  private static Worker started(WorkerOptions.Builder options) {
    Worker worker = options.build();
    worker.start();
    return worker;
  }

  private static ReportAck.Builder ack(long fence) {
    return ReportAck.newBuilder().setExecution(EXECUTION).setFence(fence);
  }

  @Test
  void a_noop_costs_one_report_and_no_log_stream() throws InterruptedException {
    try (Worker worker = started(server.worker().labels(java.util.Map.of("zone", "a")))) {
      server.offer(server.lease(NOOP));

      Report report = server.result(1);
      assertThat(report.hasSucceeded()).isTrue();
      assertThat(report.getToken()).isEqualTo("token-1");
      assertThat(worker.drain(Duration.ofSeconds(10))).isTrue();
      assertThat(server.reports).hasSize(1);
      assertThat(server.logStreams).hasValue(0);
      assertThat(server.session().hello.getLabelsMap()).containsEntry("zone", "a");
      assertThat(server.session().hello.getHeldList()).isEmpty();
    }
  }

  @Test
  void a_noop_lasts_as_long_as_told() {
    try (Worker worker = started(server.worker())) {
      long begun = System.nanoTime();
      server.offer(
          server.lease(
              Action.newBuilder().setNoop(NoopAction.newBuilder().setDuration(seconds(0.3)))));
      assertThat(server.result(1).hasSucceeded()).isTrue();
      assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(300).toNanos());
      assertThat(worker.isConnected()).isTrue();
    }
  }

  @Test
  @Covers("OBS-31")
  void a_report_is_repeated_after_a_restart_of_the_server_until_it_is_acknowledged() {
    server.acknowledges = false;
    try (Worker worker = started(server.worker())) {
      server.offer(server.lease(NOOP));
      Report first = server.result(1);
      server.kill();
      server.restart();

      assertThat(server.session(2).hello.getHeldList())
          .containsExactly(HeldLease.newBuilder().setExecution(EXECUTION).setFence(1).build());
      await().until(() -> server.finals().size() == 2);
      assertThat(server.finals().get(1)).isEqualTo(first);

      server.acknowledges = true;
      server.kill();
      server.restart();
      await().until(() -> server.finals().size() == 3);
      await().until(() -> settled(worker));
      server.kill();
      server.restart();
      assertThat(server.session(4).hello.getHeldList()).isEmpty();
    }
  }

  private static boolean settled(Worker worker) throws InterruptedException {
    return worker.drain(Duration.ofMillis(10));
  }

  @Test
  void a_report_that_nobody_answers_is_repeated_in_the_same_session() {
    server.acknowledges = false;
    try (Worker worker = started(server.worker())) {
      server.offer(server.lease(NOOP));
      server.result(1);
      server
          .session()
          .send(response -> response.setReportAck(ack(1).setAccepted(false).setStale(false)));
      await().atMost(Duration.ofSeconds(20)).until(() -> server.finals().size() == 2);
      assertThat(server.finals().get(1)).isEqualTo(server.finals().get(0));
      assertThat(server.sessions).hasSize(1);
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  @Covers("OBS-31")
  void work_goes_on_while_the_server_is_away_and_its_result_is_handed_in_later() {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.kill();
      await().until(() -> !worker.isConnected());
      release.countDown();
      await().until(() -> worker.running() == 0);
      server.restart();

      assertThat(server.session(2).hello.getHeldList()).hasSize(1);
      assertThat(server.result(1).hasSucceeded()).isTrue();
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void a_lease_that_comes_twice_is_begun_once() {
    server.acknowledges = false;
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.offer(server.lease(CALL));
      release.countDown();
      server.result(1);
      server.offer(server.lease(CALL).setToken("token-2"));

      await().until(() -> server.finals().getLast().getToken().equals("token-2"));
      assertThat(calls).hasValue(1);

      server.session().send(response -> response.setReportAck(ack(1).setAccepted(true)));
      server.acknowledges = true;
      server.offer(server.lease(CALL));
      server.offer(server.lease(CALL).setFence(2));
      assertThat(server.result(2).hasSucceeded()).isTrue();
      assertThat(calls).hasValue(2);
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  void a_spec_is_sent_once_per_session() {
    try (Worker worker = started(server.worker())) {
      server.offer(server.lease(NOOP));
      server.result(1);
      server.offer(server.lease(NOOP).setFence(2).clearSpec());
      assertThat(server.result(2).hasSucceeded()).isTrue();
      server.kill();
      server.restart();
      server.session(2);
      server.offer(server.lease(NOOP).setFence(3).clearSpec());
      // Not told in this session: the worker asks for everything anew.
      server.session(3);
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  void a_stale_fence_has_its_work_dropped_without_a_report() {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.session().send(response -> response.setReportAck(ack(1).setStale(true)));

      await().until(() -> worker.running() == 0);
      await().until(() -> settled(worker));
      assertThat(server.finals()).isEmpty();
    }
  }

  @Test
  void a_dropped_lease_is_killed_without_a_report() {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.stop(Stop.newBuilder().setFence(1).setDrop(true));

      await().until(() -> settled(worker));
      assertThat(server.finals()).isEmpty();
    }
  }

  @Test
  void a_higher_fence_begins_only_when_the_older_work_is_gone() {
    AtomicBoolean overlapped = new AtomicBoolean();
    AtomicInteger inside = new AtomicInteger();
    CountDownLatch interrupted = new CountDownLatch(1);
    try (Worker worker =
        started(
            server
                .worker()
                .handler(
                    "h",
                    assignment -> {
                      overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
                      try {
                        if (assignment.fence() == 1) {
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException e) {
                            interrupted.countDown();
                            release.await();
                          }
                        }
                        return Outputs.none();
                      } finally {
                        inside.decrementAndGet();
                      }
                    }))) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.offer(server.lease(CALL).setFence(2));
      server.offer(server.lease(CALL).setFence(3));
      await().until(() -> interrupted.getCount() == 0);
      assertThat(server.finals()).isEmpty();
      release.countDown();

      assertThat(server.result(3).hasSucceeded()).isTrue();
      await().until(() -> settled(worker));
      assertThat(server.finals()).hasSize(1);
      assertThat(overlapped).isFalse();
    }
  }

  @Test
  @Covers("TSF-26")
  void a_handler_that_is_told_to_stop_ends_at_the_signal() {
    CountDownLatch told = new CountDownLatch(1);
    try (Worker worker =
        started(
            server
                .worker()
                .handler(
                    "h",
                    assignment -> {
                      assignment.onStop(told::countDown);
                      told.await();
                      assertThat(assignment.isStopping()).isTrue();
                      return Outputs.none();
                    }))) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.stop(Stop.newBuilder().setFence(1).setGrace(seconds(30)));

      assertThat(server.result(1).getStopped())
          .isEqualTo(Stopped.newBuilder().setReason("SIGNAL").build());
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  void a_handler_that_ignores_the_signal_is_interrupted_after_the_grace() {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.stop(Stop.newBuilder().setFence(1).setGrace(seconds(0.2)));

      assertThat(server.result(1).getStopped().getReason()).isEqualTo("KILL");
      server.awaitLogEnd();
      assertThat(server.texts())
          .containsExactly(
              "told to stop: signal sent, kill in 200 ms",
              "the grace of 200 ms is over: killing it",
              "killed");
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  void a_forced_stop_leaves_the_signal_out() {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      server.stop(Stop.newBuilder().setFence(1).setForce(true));
      assertThat(server.result(1).getStopped().getReason()).isEqualTo("KILL");
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  @Covers("OCP-40")
  void an_attempt_past_its_timeout_fails() {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL.clone().setGrace(seconds(0.1))).setTimeout(seconds(0.2)));
      Report report = server.result(1);
      assertThat(report.getFailed().getReason()).isEqualTo("TIMED_OUT");
      assertThat(report.getFailed().getPermanent()).isFalse();
      assertThat(worker.running()).isZero();
    }
  }

  @Test
  @Covers("OBS-29")
  void work_is_stopped_when_its_lease_lapses_without_a_server() {
    server.timeToLive = Duration.ofSeconds(1);
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL.clone().setGrace(seconds(0.1))));
      server.awaitStarted();
      server.kill();
      await().until(() -> worker.running() == 0);
      server.restart();
      assertThat(server.result(1).getStopped().getReason()).isEqualTo("LEASE_LAPSED");
    }
  }

  @Test
  void heartbeats_keep_a_lease_alive_beyond_its_time() {
    server.timeToLive = Duration.ofMillis(800);
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      int before = server.session().requests.size();
      await().until(() -> server.session().requests.size() > before + 15);
      assertThat(worker.running()).isEqualTo(1);
      assertThat(server.finals()).isEmpty();
    }
  }

  @Test
  @Covers("OBS-29")
  void work_that_may_keep_running_outlives_its_lease() {
    server.timeToLive = Duration.ofMillis(500);
    try (Worker worker = waiting()) {
      server.offer(server.lease(LeaseSpec.newBuilder().setAction(CALL).setKeepRunning(true)));
      server.awaitStarted();
      server.kill();
      long away = System.nanoTime();
      await().until(() -> System.nanoTime() - away > Duration.ofSeconds(1).toNanos());
      assertThat(worker.running()).isEqualTo(1);
      server.restart();
      server.session(2);
      release.countDown();
      assertThat(server.result(1).hasSucceeded()).isTrue();
    }
  }

  private static WorkerOptions.Builder workerOf(FakeServer... nodes) {
    return nodes[0].worker().addresses(List.of(nodes).stream().map(FakeServer::address).toList());
  }

  /** The node that a worker connected to first. */
  private static FakeServer itsNode(FakeServer first, FakeServer second) {
    await().until(() -> first.sessions.size() + second.sessions.size() == 1);
    return first.sessions.isEmpty() ? second : first;
  }

  @Test
  void a_node_that_leaves_is_left_at_once() {
    try (FakeServer other = new FakeServer();
        Worker worker = started(workerOf(server, other))) {
      FakeServer left = itsNode(server, other);
      FakeServer next = left == server ? other : server;
      left.session().send(response -> response.setReconnect(Reconnect.getDefaultInstance()));
      await().atMost(Duration.ofSeconds(2)).until(() -> !next.sessions.isEmpty());
      assertThat(next.session().hello.getIncarnation())
          .isEqualTo(left.sessions.getFirst().hello.getIncarnation());
      await().until(worker::isConnected);
      assertThat(left.hellos).hasValue(1);
    }
  }

  @Test
  @Covers("OBS-31")
  void a_worker_moves_to_another_node_with_its_work() {
    try (FakeServer other = new FakeServer();
        Worker worker =
            started(
                workerOf(server, other)
                    .handler(
                        "h",
                        assignment -> {
                          calls.incrementAndGet();
                          assignment.info("begun");
                          release.await();
                          return Outputs.none();
                        }))) {
      FakeServer killed = itsNode(server, other);
      FakeServer next = killed == server ? other : server;
      killed.acknowledges = false;
      killed.storesLogs = false;
      killed.offer(killed.lease(CALL));
      killed.offer(killed.lease(NOOP).setExecution(EXECUTION + "1").setSpecId("noop"));
      await().until(() -> killed.finals().size() == 1 && killed.chunks.size() == 1);
      killed.kill();

      assertThat(next.session().hello.getHeldList())
          .extracting(HeldLease::getExecution)
          .containsExactlyInAnyOrder(EXECUTION, EXECUTION + "1");
      await().until(() -> next.finals().size() == 1);
      assertThat(next.finals().getFirst()).isEqualTo(killed.finals().getFirst());
      await().until(() -> next.chunks.size() == 1);
      assertThat(next.chunks.getFirst()).isEqualTo(killed.chunks.getFirst());
      assertThat(worker.running()).isEqualTo(1);
      release.countDown();
      await().until(() -> next.finals().size() == 2);
      assertThat(next.finals().getLast().hasSucceeded()).isTrue();
      next.awaitLogEnd();
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void workers_spread_over_the_nodes() {
    List<Worker> workers = new ArrayList<>();
    try (FakeServer other = new FakeServer()) {
      for (int i = 0; i < 24; i++) {
        workers.add(started(workerOf(server, other).workerId("w" + i)));
      }
      await().until(() -> server.sessions.size() + other.sessions.size() == 24);
      assertThat(server.sessions.size()).isBetween(1, 23);
    } finally {
      workers.forEach(Worker::close);
    }
  }

  @Test
  void a_node_that_takes_connections_and_says_nothing_is_left() throws IOException {
    List<Worker> workers = new ArrayList<>();
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String addresses = "127.0.0.1:" + mute.getLocalPort() + "," + server.address();
      // Half of them begin at the mute one.
      for (int i = 0; i < 8; i++) {
        workers.add(started(server.worker().address(addresses).workerId("w" + i)));
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> workers.stream().allMatch(Worker::isConnected));
    } finally {
      workers.forEach(Worker::close);
    }
  }

  @Test
  void every_node_is_tried_before_the_first_pause() {
    try (FakeServer other = new FakeServer();
        FakeServer third = new FakeServer()) {
      List<FakeServer> nodes = List.of(server, other, third);
      nodes.forEach(node -> node.refusal = Status.UNAVAILABLE.withDescription("leaving"));
      try (Worker worker = started(workerOf(server, other, third))) {
        await().until(() -> nodes.stream().allMatch(node -> node.hellos.get() > 1));
        IntSummaryStatistics hellos =
            nodes.stream().mapToInt(node -> node.hellos.get()).summaryStatistics();
        assertThat(hellos.getMax() - hellos.getMin()).isLessThanOrEqualTo(1);
        nodes.forEach(node -> node.refusal = null);
        await().until(worker::isConnected);
      }
    }
  }

  @Test
  void an_address_that_is_none_is_refused() {
    assertThatThrownBy(() -> Worker.builder().address("one:7171,two:x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"two:x\" is no address");
    assertThat(Worker.builder().address("one,two:1").workerId("w").options().addresses())
        .containsExactly("one:7171", "two:1");
  }

  @Test
  void a_worker_id_that_is_in_use_is_tried_again() {
    server.refusal = Status.ALREADY_EXISTS.withDescription("in use");
    try (Worker worker = started(server.worker())) {
      await().until(() -> server.hellos.get() >= 2);
      assertThat(worker.lastFailure()).contains("ALREADY_EXISTS");
      server.refusal = null;
      await().until(worker::isConnected);
    }
  }

  @Test
  void a_worker_that_never_connects_gives_up_and_says_why() {
    server.refusal = Status.ALREADY_EXISTS.withDescription("in use by another");
    assertThatThrownBy(
            () ->
                WorkerProcess.run(
                    server.worker().options(),
                    Duration.ZERO,
                    new CountDownLatch(1),
                    Duration.ofMillis(300)))
        .isInstanceOf(WorkerProcess.NotConnected.class)
        .hasMessageContaining("in use by another");
  }

  @Test
  void a_worker_that_is_refused_for_good_gives_up_at_once() {
    server.refusal = Status.INVALID_ARGUMENT.withDescription("no such group");
    assertThatThrownBy(
            () ->
                WorkerProcess.run(
                    server.worker().options(),
                    Duration.ZERO,
                    new CountDownLatch(1),
                    Duration.ofMinutes(5)))
        .isInstanceOf(WorkerProcess.NotConnected.class)
        .hasMessageContaining("no such group");
  }

  @Test
  void draining_takes_no_more_work_and_waits_for_the_rest() throws InterruptedException {
    try (Worker worker = waiting()) {
      server.offer(server.lease(CALL));
      server.awaitStarted();
      assertThat(worker.drain(Duration.ofMillis(100))).isFalse();
      await().until(() -> server.session().requests.stream().anyMatch(r -> r.hasDrain()));
      release.countDown();
      assertThat(worker.drain(Duration.ofSeconds(10))).isTrue();
      assertThat(server.finals()).hasSize(1);
    }
  }

  @Test
  void a_draining_worker_stays_for_leases_that_are_on_their_way() throws Exception {
    server.drains = false;
    release.countDown();
    try (Worker worker = waiting()) {
      assertThat(worker.awaitConnected(Duration.ofSeconds(10))).isTrue();
      CompletableFuture<Boolean> drained = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  drained.complete(worker.drain(Duration.ofSeconds(30)));
                } catch (InterruptedException e) {
                  drained.completeExceptionally(e);
                }
              });
      await().until(() -> server.session().requests.stream().anyMatch(r -> r.hasDrain()));
      server.offer(server.lease(CALL));
      assertThat(server.result(1).hasSucceeded()).isTrue();
      assertThat(drained).isNotDone();
      FakeServer.drained(server.session());
      assertThat(drained).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }
  }

  @Test
  void a_worker_names_what_it_lacks() {
    try (Worker worker = started(server.worker().withoutShell())) {
      server.offer(server.lease(CALL));
      assertThat(server.result(1).getFailed().getReason()).isEqualTo("HANDLER_UNKNOWN");
      assertThat(server.result(1).getFailed().getPermanent()).isTrue();
      server.offer(
          server
              .lease(
                  Action.newBuilder()
                      .setShell(dev.pawl.v1.ShellAction.newBuilder().setScript("true")))
              .setSpecId("other")
              .setFence(2));
      assertThat(server.result(2).getFailed().getReason()).isEqualTo("HANDLER_UNKNOWN");
      assertThat(worker.running()).isZero();
    }
  }
}
