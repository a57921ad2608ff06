package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.lock.LockView;
import dev.pawl.engine.node.EntityLoad;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead.RunLock;
import dev.pawl.engine.run.RunHead.RunLock.Hand;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.LockFilter;
import dev.pawl.engine.view.LockRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs hold, on a real PostgreSQL, with a worker played by hand. */
@ExtendWith(PostgresExtension.class)
class LocksTest {
  private static final LockName Z1 = LockName.of("maintenance", "z1");
  private static final LockName Z2 = LockName.of("maintenance", "z2");
  private static final LockName GLOBAL = LockName.global("maintenance");

  private final Node node;
  private int starts;

  LocksTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private RunRejection refused(String plan) throws Exception {
    RunId id = new RunId("refused%019d".formatted(++starts));
    return switch (Node.get(node.start(id, plan, "refused-" + starts))) {
      case Answer.Accepted(var head) -> throw new AssertionError("started: " + head);
      case Answer.Refused(var rejection) -> rejection;
    };
  }

  private static LockRejection.Held held(RunRejection rejection) {
    return switch (rejection) {
      case RunRejection.LockRefused(LockRejection.Held held) -> held;
      default -> throw new AssertionError("refused otherwise: " + rejection);
    };
  }

  private Answer<LockView, LockRejection> force(LockName lock, String requestId) throws Exception {
    return force(lock, requestId, Rights.CHECKED);
  }

  private Answer<LockView, LockRejection> force(LockName lock, String requestId, Rights rights)
      throws Exception {
    return Node.get(
        node.engine()
            .locks()
            .force(
                "default",
                lock,
                new Cause.Command(
                    requestId,
                    "b0d7",
                    "root",
                    "the host is gone",
                    new Call("ReleaseLock", "", rights)),
                OptionalLong.empty(),
                false));
  }

  private LockView lock(LockName lock) throws Exception {
    return switch (Node.get(node.engine().locks().describe("default", lock))) {
      case Answer.Accepted(var view) -> view;
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  private void awaitFree(LockName lock) {
    await().until(() -> lock(lock).hold().isEmpty());
  }

  private Hand hand(RunId run) throws Exception {
    return locks(run).getFirst().hand();
  }

  private List<RunLock> locks(RunId run) throws Exception {
    return Node.accepted(Node.get(node.engine().runs().describe("default", run))).locks();
  }

  private List<LockRow> listed() throws Exception {
    return Node.get(
            node.engine()
                .views()
                .locks(
                    "default",
                    new LockFilter(Optional.empty(), Optional.empty(), Optional.empty()),
                    Optional.empty(),
                    50,
                    List.of()))
        .rows();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Covers("OBS-27")
  void a_second_run_on_the_same_key_is_refused_naming_the_holder_and_one_on_another_key_runs(
      boolean restarted) throws Exception {
    RunId holder = node.startRun("a #z1");
    if (restarted) {
      node.restart();
    }

    LockRejection.Held held = held(refused("a #z1"));

    assertThat(held.holder()).isEqualTo(holder);
    assertThat(held.initiator()).isEqualTo("ann");
    assertThat(held.held()).isEqualTo(Z1);
    RunId other = node.startRun("a #z2");
    assertThat(held(refused("a #")).wanted()).isEqualTo(GLOBAL);
    await().until(() -> listed().size() == 2);
    assertThat(listed()).extracting(LockRow::lock).containsExactly(Z1, Z2);
    assertThat(listed()).extracting(LockRow::run).containsExactly(holder, other);

    var _ = new HandWorker(node.engine(), "w1", 4).succeeding();
    assertThat(node.awaitEnd(holder).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(node.awaitEnd(other).status()).isEqualTo(RunStatus.SUCCEEDED);
    awaitFree(Z1);
    awaitFree(Z2);
    assertThat(hand(holder)).isEqualTo(Hand.RELEASED);
    RunId global = node.startRun("a #");
    assertThat(node.awaitEnd(global).status()).isEqualTo(RunStatus.SUCCEEDED);
    awaitFree(GLOBAL);
    await().until(() -> listed().isEmpty());
    assertThat(lock(GLOBAL).last()).contains(global);
  }

  @Test
  void a_start_that_is_refused_leaves_nothing_behind() throws Exception {
    RunId holder = node.startRun("a #z1");

    assertThat(held(refused("a #z2 #z1")).holder()).isEqualTo(holder);

    RunId other = node.startRun("a #z2");
    assertThat(lock(Z2).hold().orElseThrow().run()).isEqualTo(other);
  }

  @Test
  void a_dry_run_says_who_holds_what_it_needs_and_takes_nothing() throws Exception {
    var _ = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId failed = node.startRun("a #z1");
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.FAILED);

    assertThat(node.dryRun(failed, RunVerb.REDO).foreseen()).isNotEmpty();
    assertThat(lock(Z1).hold().orElseThrow().version()).isEqualTo(1);

    force(Z1, "f1");
    RunId next = node.startRun("a #z1");
    assertThat(held(node.refusal(failed, RunVerb.REDO)).holder()).isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Covers("OBS-28")
  void a_failed_run_keeps_its_lock_a_retry_takes_it_again_and_one_that_was_superseded_is_told_so(
      boolean restarted) throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId failed = node.startRun("a #z1");
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.FAILED);
    assertThat(hand(failed)).isEqualTo(Hand.HELD);
    if (restarted) {
      node.restart();
      worker = new HandWorker(node.engine(), "w2", 4).succeeding().failing("a");
    }
    assertThat(held(refused("a #z1")).holder()).isEqualTo(failed);

    // Told to release on failure, another one does, and takes the lock again when it is retried.
    RunId letting = node.startRun("a #z2 ?");
    assertThat(node.awaitEnd(letting).status()).isEqualTo(RunStatus.FAILED);
    awaitFree(Z2);
    assertThat(hand(letting)).isEqualTo(Hand.RELEASED);
    node.command(letting, RunVerb.RETRY);
    assertThat(node.awaitEnd(letting).status()).isEqualTo(RunStatus.FAILED);
    awaitFree(Z2);

    RunId between = node.startRun("a #z2");
    assertThat(held(node.refusal(letting, RunVerb.RETRY)).holder()).isEqualTo(between);
    assertThat(node.awaitEnd(between).status()).isEqualTo(RunStatus.FAILED);
    node.command(between, RunVerb.PASS);
    awaitFree(Z2);
    assertThat(node.refusal(letting, RunVerb.RETRY))
        .isEqualTo(
            new RunRejection.LockRefused(new LockRejection.Superseded(Z2, Optional.of(between))));

    worker.mended("a");
    node.command(failed, RunVerb.RETRY);
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.SUCCEEDED);
    awaitFree(Z1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_lock_that_is_taken_away_is_lost_to_its_run_and_taken_again_by_a_retry(boolean restarted)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId failed = node.startRun("a #z1");
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.FAILED);

    assertThat(force(Z1, "f1")).isInstanceOf(Answer.Accepted.class);
    assertThat(force(Z1, "f2")).isEqualTo(new Answer.Refused<>(new LockRejection.NotHeld(Z1)));

    await().until(() -> hand(failed) == Hand.LOST);
    assertThat(locks(failed).getFirst())
        .isEqualTo(new RunLock(Z1, Hand.LOST, "root", "the host is gone"));
    if (restarted) {
      node.restart();
      worker = new HandWorker(node.engine(), "w2", 4).succeeding();
      assertThat(hand(failed)).isEqualTo(Hand.LOST);
    } else {
      worker.mended("a");
    }
    node.command(failed, RunVerb.RETRY);
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(hand(failed)).isEqualTo(Hand.RELEASED);
    awaitFree(Z1);
  }

  @Test
  void a_lock_is_taken_away_only_by_those_who_may_and_a_refusal_stores_nothing() throws Exception {
    RunId holder = node.startRun("a #z1");
    LockView before = lock(Z1);

    assertThat(force(Z1, "f1", new Rights(Set.of(Permission.VIEW, Permission.RUN))))
        .isEqualTo(new Answer.Refused<>(new LockRejection.NotPermitted(Permission.MANAGE)));

    assertThat(lock(Z1)).isEqualTo(before);
    assertThat(hand(holder)).isEqualTo(Hand.HELD);
    assertThat(force(Z1, "f1", new Rights(Set.of(Permission.MANAGE))))
        .isInstanceOf(Answer.Accepted.class);
  }

  @Test
  @Covers("OBS-11")
  void a_failed_run_that_is_passed_has_succeeded_runs_nothing_more_and_lets_go_of_its_locks()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId failed = node.startRun("a b<a #z1 #z2");
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.FAILED);

    assertThat(node.command(failed, RunVerb.PASS).status()).isEqualTo(RunStatus.SUCCEEDED);

    awaitFree(Z1);
    awaitFree(Z2);
    assertThat(worker.started()).containsExactly("a#1");
    node.startRun("b #");
  }

  @Test
  void reading_a_run_that_has_ended_wakes_none_of_its_locks() throws Exception {
    var _ = new HandWorker(node.engine(), "w1", 4).succeeding();
    RunId ended = node.startRun("a #z1");
    assertThat(node.awaitEnd(ended).status()).isEqualTo(RunStatus.SUCCEEDED);
    awaitFree(Z1);
    await().until(() -> listed().isEmpty());
    assertThat(scopesInMemory()).isEqualTo(1);

    node.restart();

    assertThat(hand(ended)).isEqualTo(Hand.RELEASED);
    assertThat(Node.get(node.engine().runs().steps("default", ended, 0, 10, Set.of())))
        .isInstanceOf(Answer.Accepted.class);
    // Asked after what the run might have said: by then that had arrived.
    LockName other = LockName.of("other", "z1");
    assertThat(Node.get(node.engine().locks().describe("default", other)))
        .isEqualTo(new Answer.Refused<>(new LockRejection.NotFound(other)));
    assertThat(scopesInMemory()).isEqualTo(1);
  }

  private int scopesInMemory() throws Exception {
    EntityLoad none = new EntityLoad(0, 0);
    return Node.get(node.engine().nodes().self()).entities().getOrDefault("lock", none).entities();
  }

  @Test
  void what_a_run_lost_and_took_again_for_a_retry_that_was_not_stored_is_let_go() throws Exception {
    var _ = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId failed = node.startRun("a #z1 #z2");
    assertThat(node.awaitEnd(failed).status()).isEqualTo(RunStatus.FAILED);
    force(Z1, "f1");
    await().until(() -> hand(failed) == Hand.LOST);

    node.engine().takeLocks(failed, "default", List.of(Z1, Z2));
    await().until(() -> lock(Z1).hold().isPresent());

    await().atMost(Duration.ofSeconds(40)).until(() -> lock(Z1).hold().isEmpty());
    assertThat(lock(Z2).hold().orElseThrow().run()).isEqualTo(failed);
    assertThat(locks(failed)).extracting(RunLock::hand).containsExactly(Hand.LOST, Hand.HELD);
    await().until(() -> listed().size() == 1);
    assertThat(listed()).extracting(LockRow::lock).containsExactly(Z2);
  }

  @Test
  void what_a_run_took_that_never_began_is_let_go() throws Exception {
    RunId never = new RunId("never%021d".formatted(1));
    node.engine().takeLocks(never, "default", List.of(Z1));
    await().until(() -> listed().size() == 1);

    await().atMost(Duration.ofSeconds(40)).until(() -> lock(Z1).hold().isEmpty());
    assertThat(lock(Z1).last()).contains(never);
  }
}
