package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What operators do to single steps, and when a pause ends, on a real PostgreSQL, with a worker
 * played by hand.
 */
@ExtendWith(PostgresExtension.class)
class StepVerbsTest {
  private final Node node;

  StepVerbsTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Covers({"OCP-24", "OCP-38"})
  void a_step_that_is_stopped_is_terminating_and_then_fails_its_run() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b c<a");
    await().until(() -> worker.held("a") && worker.held("b"));

    node.command(id, "a", RunVerb.STOP);

    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.TERMINATING);
    assertThat(node.step(id, "b").status()).isEqualTo(StepStatus.RUNNING);
    await().until(() -> worker.stopped().contains("a"));
    assertThat(worker.stopped()).doesNotContain("b");
    worker.confirmStop("a");
    await().until(() -> node.step(id, "a").status() == StepStatus.TERMINATED);
    assertThat(node.step(id, "a").reason()).isEqualTo("STOPPED");
    worker.succeed("b");
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended.failure().orElseThrow().task()).isEqualTo("a");
    assertThat(worker.started()).doesNotContain("c#1");
  }

  @Test
  void a_step_that_waits_ends_at_once_when_it_is_stopped_and_can_be_retried() throws Exception {
    RunId id = node.startRun("a b<a");

    node.command(id, "a", RunVerb.STOP);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.TERMINATED);
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding();
    node.command(id, "a", RunVerb.RETRY);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "b#1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_step_that_is_to_be_retried_and_has_not_begun_is_passed_or_stopped(boolean passed)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 1).succeeding().failing("a");
    RunId id = node.startRun("a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    worker.drain();
    await().until(worker::wasDrained);
    node.command(id, "a", RunVerb.RETRY);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.WAIT_DISPATCH);

    node.command(id, "a", passed ? RunVerb.PASS : RunVerb.STOP);

    assertThat(node.awaitEnd(id).status())
        .isEqualTo(passed ? RunStatus.SUCCEEDED : RunStatus.FAILED);
    assertThat(worker.started()).containsExactly("a#1");
  }

  @Test
  void a_step_that_waits_for_its_needs_is_passed_and_does_not_begin_when_they_succeed()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a c<b");
    await().until(() -> worker.held("a"));

    node.command(id, "b", RunVerb.PASS);

    await().until(() -> worker.held("c"));
    worker.succeed("a");
    worker.succeed("c");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactlyInAnyOrder("a#1", "c#1");
    assertThat(node.step(id, "b").passed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_step_that_waits_for_its_retry_is_passed_or_stopped(boolean passed) throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId id = node.startRun("a*9~600000 b<a");
    await().until(() -> node.step(id, "a").status() == StepStatus.RETRY_WAIT);

    node.command(id, "a", passed ? RunVerb.PASS : RunVerb.STOP);

    assertThat(node.awaitEnd(id).status())
        .isEqualTo(passed ? RunStatus.SUCCEEDED : RunStatus.FAILED);
    assertThat(node.step(id, "a").status())
        .isEqualTo(passed ? StepStatus.SUCCEEDED : StepStatus.TERMINATED);
    assertThat(worker.started()).doesNotContain("a#2");
  }

  @Test
  void a_stop_of_a_step_survives_a_restart() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> worker.held("a"));
    node.command(id, "a", RunVerb.STOP);

    node.restart();

    HandWorker after = new HandWorker(node.engine(), "w2", 4).succeeding();
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.TERMINATED);
    assertThat(after.started()).isEmpty();
  }

  @Test
  void a_step_is_done_once_more_in_a_round_of_its_own() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding();
    RunId id = node.startRun("a b<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);

    assertThat(node.command(id, "a", RunVerb.REDO).status()).isEqualTo(RunStatus.RUNNING);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "a#2");
    assertThat(node.step(id, "a").round()).isEqualTo(1);
    assertThat(node.step(id, "b").round()).isZero();
    assertThat(node.execution(id, "a").attempts())
        .extracting(AttemptView::round)
        .containsExactly(0, 1);
  }

  @Test
  void what_has_not_begun_waits_again_for_a_step_that_is_redone() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b c<a,b");
    await().until(() -> worker.held("a") && worker.held("b"));
    worker.succeed("a");
    await().until(() -> node.step(id, "a").status() == StepStatus.SUCCEEDED);

    node.command(id, "a", RunVerb.REDO);

    await().until(() -> worker.held("a"));
    worker.succeed("b");
    await().until(() -> node.step(id, "b").status() == StepStatus.SUCCEEDED);
    assertThat(node.step(id, "c").status()).isEqualTo(StepStatus.WAIT_UPSTREAM);
    worker.succeed("a");
    await().until(() -> worker.held("c"));
    worker.succeed("c");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void what_waits_for_a_worker_does_so_for_a_step_that_is_redone() throws Exception {
    HandWorker drained = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> drained.held("a"));
    drained.drain();
    await().until(drained::wasDrained);
    drained.succeed("a");
    await().until(() -> node.step(id, "b").status() == StepStatus.WAIT_DISPATCH);

    node.command(id, "a", RunVerb.REDO);
    await().until(() -> node.step(id, "b").status() == StepStatus.WAIT_UPSTREAM);

    HandWorker worker = new HandWorker(node.engine(), "w2", 4);
    await().until(() -> worker.held("a"));
    worker.succeed("a");
    await().until(() -> worker.held("b"));
    worker.succeed("b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#2", "b#1");
  }

  @Test
  @Covers({"OBS-20", "OBS-23"})
  void a_stop_is_followed_by_the_clean_up_once() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a+");
    await().until(() -> worker.held("a"));
    node.command(id, RunVerb.STOP);
    await().until(() -> worker.stopped().contains("a"));
    worker.confirmStop("a");

    await().until(() -> worker.started().contains("a#2"));
    assertThat(node.status(id)).isEqualTo(RunStatus.TERMINATING);
    await().until(() -> worker.held("a"));
    worker.succeed("a");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);
    assertThat(worker.started()).containsExactly("a#1", "a#2");
    assertThat(node.execution(id, "a").attempts())
        .extracting(AttemptView::operation)
        .containsExactly(Operation.EXECUTE, Operation.CANCEL);
    assertThat(node.execution(id, "a").attempts().getLast().status())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
  }

  @Test
  void a_clean_up_that_finds_no_worker_does_not_keep_a_stop_from_its_end() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 1);
    RunId id = node.startRun("a+ b<a");
    await().until(() -> worker.held("a"));
    RunId other = node.startRun("x");
    node.command(id, RunVerb.STOP);
    await().until(() -> worker.stopped().contains("a"));
    worker.confirmStop("a");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.TERMINATED);
    assertThat(node.status(other)).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  @Covers("OBS-23")
  void a_run_that_hangs_at_a_failed_undo_goes_forward_again_where_that_is_allowed()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 1).succeeding().failing("c");
    RunId id = node.startRun("a- b--<a c-<b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    worker.mended("c");
    worker.failing("b");
    node.command(id, RunVerb.ROLLBACK);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLBACK_FAILED);
    worker.mended("b");

    node.command(id, RunVerb.RETRY);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    // c was undone and is done; b's undo failed, so it is undone and done; a stands as it was.
    assertThat(worker.started())
        .containsExactly("a#1", "b#1", "c#1", "c#2", "b#2", "b#3", "b#4", "c#3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Covers("SYS-9")
  void a_pause_ends_by_itself_when_its_time_has_come(boolean restarted) throws Exception {
    HandWorker first = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> first.held("a"));
    Instant until = Instant.now().plusSeconds(6);

    RunHead pausing = node.pause(id, RunVerb.PAUSE, until);

    assertThat(pausing.pause().orElseThrow().drainedAt()).isEmpty();
    assertThat(pausing.pause().orElseThrow().until()).contains(until);
    first.succeed("a");
    await().until(() -> node.status(id) == RunStatus.PAUSED);
    RunHead paused = Node.accepted(Node.get(node.engine().runs().describe("default", id)));
    assertThat(paused.pause().orElseThrow().drainedAt()).isPresent();
    if (restarted) {
      node.restart();
    }
    HandWorker going = restarted ? new HandWorker(node.engine(), "w2", 4) : first;
    await().until(() -> going.held("b"));
    assertThat(Instant.now()).isAfterOrEqualTo(until);
    going.succeed("b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }
}
