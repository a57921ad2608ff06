package dev.pawl.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.worker.WorkerSession.SessionWorld;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerSessionTest {
  private static final RunId RUN = new RunId("run%023d".formatted(1));
  private static final WorkSpec SPEC = new WorkSpec("default", "00ff", 0, Map.of(), "");

  private final ActorTestKit kit = ActorTestKit.create();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<GroupMessage> toGroup = new CopyOnWriteArrayList<>();
  private final ActorRef<SessionMessage> session =
      kit.spawn(
          WorkerSession.create(
              new WorkerHello("w1", "i1", "default", 1, Map.of(), List.of(), "test"),
              new Stream(),
              new SessionWorld(
                  (_, message) -> toGroup.add(message),
                  (_, _) -> {},
                  new LeaseTokens(UnaryOperator.identity()),
                  InstantSource.system(),
                  Duration.ofMinutes(1),
                  Duration.ofMinutes(1),
                  new WorkerCounts())));

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  /** Writes down what the worker is told. */
  private final class Stream implements WorkerSink {
    @Override
    public void welcome(String name, Duration heartbeatInterval, Duration leaseTimeToLive) {}

    @Override
    public void lease(WorkerLease lease) {
      said.add("lease " + lease.execution().task());
    }

    @Override
    public void drained() {
      said.add("drained");
    }

    @Override
    public void acknowledge(ExecutionId execution, long fence, boolean stale) {
      said.add("acknowledge " + execution.task());
    }

    @Override
    public void stop(
        ExecutionId execution, long fence, Duration grace, boolean force, boolean drop) {
      said.add("stop " + execution.task());
    }

    @Override
    public void reconnect() {}

    @Override
    public void refuse(String message) {}
  }

  private static ExecutionId id(String task) {
    return new ExecutionId(RUN, task, 0);
  }

  private void deliver(String task) {
    deliver(task, 1);
  }

  private void deliver(String task, long fence) {
    session.tell(
        new SessionMessage.Deliver(
            new WorkerLease(
                id(task),
                fence,
                "token",
                0,
                1,
                Operation.EXECUTE,
                SPEC,
                Map.of(),
                Instant.EPOCH,
                Optional.empty())));
  }

  private void awaitSaid(String... all) {
    await().untilAsserted(() -> assertThat(said).containsExactly(all));
  }

  @Test
  void a_lease_that_comes_before_the_word_that_its_slot_is_free_waits_for_it() {
    deliver("a");
    deliver("b");
    deliver("b");
    session.tell(new SessionMessage.Acknowledge(id("a"), 1, false));

    awaitSaid("lease a", "acknowledge a", "lease b");
  }

  @Test
  void a_further_attempt_takes_the_place_of_the_one_before() {
    deliver("a");
    deliver("a", 2);
    deliver("b");
    session.tell(new SessionMessage.Acknowledge(id("a"), 2, false));

    awaitSaid("lease a", "lease a", "acknowledge a", "lease b");
  }

  @Test
  void a_lease_that_waits_and_is_told_to_stop_never_begins() {
    deliver("a");
    deliver("b");
    session.tell(new SessionMessage.StopWork(id("b"), 1, Duration.ZERO, false, false));
    session.tell(new SessionMessage.Acknowledge(id("a"), 1, false));
    deliver("c");

    awaitSaid("lease a", "stop b", "acknowledge a", "lease c");
  }

  @Test
  void the_worker_hears_that_nothing_follows_once_all_that_was_leased_is_with_it() {
    deliver("a");
    session.tell(new SessionMessage.FromWorker.Draining());
    List<WorkerHello.Held> both =
        List.of(new WorkerHello.Held(id("a"), 1), new WorkerHello.Held(id("b"), 1));
    deliver("b");
    session.tell(new SessionMessage.Drained(both));
    session.tell(new SessionMessage.Acknowledge(id("a"), 1, false));
    session.tell(new SessionMessage.Drained(both.subList(1, 2)));

    awaitSaid("lease a", "acknowledge a", "lease b", "drained");
    assertThat(toGroup).hasAtLeastOneElementOfType(GroupMessage.Drain.class);
  }
}
