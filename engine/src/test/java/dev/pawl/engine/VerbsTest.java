package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHead.Foreseen;
import dev.pawl.engine.run.RunHead.Foreseen.Effect;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What operators do to runs that went wrong, on a real PostgreSQL, with a worker played by hand.
 */
@ExtendWith(PostgresExtension.class)
class VerbsTest {
  private final Node node;

  VerbsTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_retry_repeats_what_failed_and_leaves_alone_what_succeeded(boolean restarted)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("b");
    RunId id = node.startRun("a b<a c<a d<b,c");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    if (restarted) {
      node.restart();
      worker = new HandWorker(node.engine(), "w2", 4).succeeding();
    } else {
      worker.mended("b");
    }

    RunHead retried = node.command(id, RunVerb.RETRY);

    assertThat(retried.status()).isEqualTo(RunStatus.RUNNING);
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(ended.steps().succeeded()).isEqualTo(4);
    assertThat(worker.started()).doesNotContain("a#2", "c#2").contains("b#2", "d#1");
    assertThat(node.step(id, "b").attempt()).isEqualTo(2);
    assertThat(node.execution(id, "b").attempts())
        .extracting(AttemptView::fence)
        .containsExactly(1L, 2L);
  }

  @Test
  @Covers("SYS-3")
  void a_command_that_stores_several_facts_is_answered_with_its_first_also_when_it_is_repeated()
      throws Exception {
    new HandWorker(node.engine(), "w1", 4).succeeding().failing("b");
    RunId id = node.startRun("a b<a");
    long before = node.awaitEnd(id).sequence();

    RunHead first = node.repeatable(id, RunVerb.ROLLBACK, "undo-" + id);
    RunHead again = node.repeatable(id, RunVerb.ROLLBACK, "undo-" + id);

    assertThat(node.awaitEnd(id).sequence()).isGreaterThan(before + 1);
    assertThat(first.sequence()).isEqualTo(before + 1);
    assertThat(again.sequence()).isEqualTo(before + 1);
  }

  @Test
  @Covers("OCP-39")
  void a_retried_step_has_as_many_attempts_as_at_first() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId id = node.startRun("a*2");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    node.command(id, RunVerb.RETRY);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(worker.started()).containsExactly("a#1", "a#2", "a#3", "a#4");
  }

  @Test
  @Covers({"OCP-22", "OBS-19"})
  void a_step_that_is_passed_counts_as_succeeded_and_the_run_goes_on() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId id = node.startRun("a b<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    node.command(id, "a", RunVerb.PASS);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.SUCCEEDED);
    assertThat(node.step(id, "a").passed()).isTrue();
    assertThat(worker.started()).containsExactly("a#1", "b#1");
  }

  @Test
  void the_last_step_that_was_missing_ends_the_run_when_it_is_passed() throws Exception {
    var _ = new HandWorker(node.engine(), "w1", 4).succeeding().failing("b");
    RunId id = node.startRun("a b<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    node.command(id, "b", RunVerb.PASS);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void one_step_of_several_that_failed_is_retried_and_the_others_have_the_run_fail_again()
      throws Exception {
    HandWorker worker =
        new HandWorker(node.engine(), "w1", 4).succeeding().failing("a").failing("b");
    RunId id = node.startRun("a b c<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    worker.mended("a");

    node.command(id, "a", RunVerb.RETRY);

    await().until(() -> node.step(id, "a").status() == StepStatus.SUCCEEDED);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(worker.started()).doesNotContain("c#1");
    worker.mended("b");
    node.command(id, "b", RunVerb.RETRY);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_run_that_is_passed_has_succeeded_and_nothing_more_of_it_runs() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("a");
    RunId id = node.startRun("a b<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    RunHead passed = node.command(id, RunVerb.PASS);

    assertThat(passed.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(passed.reason()).isEqualTo("PASSED");
    assertThat(worker.started()).containsExactly("a#1");
  }

  @Test
  @Covers("TSF-38")
  void a_redo_does_all_of_it_once_more_in_a_new_round() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding();
    RunId id = node.startRun("a b<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);

    RunHead redone = node.command(id, RunVerb.REDO);

    assertThat(redone.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(redone.round()).isEqualTo(1);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "a#2", "b#2");
    assertThat(node.execution(id, "a").attempts())
        .extracting(AttemptView::round, AttemptView::attempt, AttemptView::fence)
        .containsExactly(tuple(0, 1, 1L), tuple(1, 1, 2L));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_a_forced_pause_stopped_starts_anew_when_the_run_continues(boolean restarted)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> worker.held("a"));

    assertThat(node.command(id, RunVerb.FORCED_PAUSE).status()).isEqualTo(RunStatus.PAUSING);
    await().until(() -> worker.stopped().contains("a"));
    worker.confirmStop("a");
    await().until(() -> node.status(id) == RunStatus.PAUSED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.TERMINATED);
    assertThat(node.step(id, "a").reason()).isEqualTo("FORCED_PAUSE");
    HandWorker next = worker;
    if (restarted) {
      node.restart();
      next = new HandWorker(node.engine(), "w2", 4);
    }
    node.command(id, RunVerb.CONTINUE);

    HandWorker last = next;
    await().until(() -> last.held("a"));
    last.succeed("a");
    await().until(() -> last.held("b"));
    last.succeed("b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(node.step(id, "a").fence()).isEqualTo(2);
  }

  @Test
  void what_a_forced_pause_ends_only_after_the_run_went_on_starts_anew_at_once() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> worker.held("a"));
    node.command(id, RunVerb.FORCED_PAUSE);
    await().until(() -> worker.stopped().contains("a"));
    assertThat(node.command(id, RunVerb.CONTINUE).status()).isEqualTo(RunStatus.RUNNING);

    worker.confirmStop("a");

    await().until(() -> worker.started().contains("a#2"));
    worker.succeed("a");
    await().until(() -> worker.held("b"));
    worker.succeed("b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_dry_run_tells_what_would_happen_and_changes_nothing() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("b");
    RunId id = node.startRun("a b<a c<a d<b,c");
    RunHead failed = node.awaitEnd(id);

    RunHead foreseen = node.dryRun(id, RunVerb.RETRY);

    assertThat(foreseen.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(foreseen.foreseen())
        .containsExactly(new Foreseen("b", Effect.RETRY), new Foreseen("d", Effect.EXECUTE));
    assertThat(node.status(id)).isEqualTo(RunStatus.FAILED);
    assertThat(node.awaitEnd(id).sequence()).isEqualTo(failed.sequence());
    assertThat(worker.started()).doesNotContain("b#2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Covers({"OCP-26", "OBS-10", "OBS-22"})
  void a_rollback_undoes_what_began_in_reverse_order_and_nothing_else(boolean restarted)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 1).succeeding().failing("c");
    RunId id = node.startRun("a- b-<a c-<b d-<c");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    HandWorker undoing = worker;
    if (restarted) {
      node.restart();
      undoing = new HandWorker(node.engine(), "w2", 1).succeeding();
    } else {
      worker.mended("c");
    }
    int before = restarted ? 0 : worker.started().size();

    node.command(id, RunVerb.ROLLBACK);

    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.ROLLED_BACK);
    assertThat(ended.steps().rolledBack()).isEqualTo(3);
    assertThat(undoing.started().subList(before, undoing.started().size()))
        .containsExactly("c#2", "b#2", "a#2");
    assertThat(node.step(id, "d").status()).isEqualTo(StepStatus.WAIT_UPSTREAM);
    assertThat(node.execution(id, "b").attempts())
        .extracting(AttemptView::operation)
        .containsExactly(Operation.EXECUTE, Operation.ROLLBACK);
  }

  @Test
  @Covers({"OCP-43", "OCP-44", "OBS-23"})
  void an_undo_that_fails_stops_there_and_is_resumed_or_passed_over() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("b");
    RunId id = node.startRun("a- b-<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    node.command(id, RunVerb.ROLLBACK);
    RunHead hangs = node.awaitEnd(id);
    assertThat(hangs.status()).isEqualTo(RunStatus.ROLLBACK_FAILED);
    assertThat(node.step(id, "b").status()).isEqualTo(StepStatus.ROLLBACK_FAILED);
    assertThat(hangs.verbs())
        .filteredOn(RunHead.VerbOption::allowed)
        .extracting(RunHead.VerbOption::verb)
        .containsExactlyInAnyOrder(RunVerb.ROLLBACK, RunVerb.PASS);
    node.command(id, RunVerb.ROLLBACK);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLBACK_FAILED);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "b#2", "b#3");

    node.command(id, "b", RunVerb.PASS);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLED_BACK);
    assertThat(worker.started()).endsWith("a#2");
  }

  @Test
  @Covers({"OCP-21", "OCP-28", "OBS-12"})
  void a_retry_undoes_what_failed_before_it_does_it_again() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failingOnce("b");
    RunId id = node.startRun("a- b-<a c<b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    node.command(id, RunVerb.RETRY);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "b#2", "b#3", "c#1");
    assertThat(node.execution(id, "b").attempts())
        .extracting(AttemptView::operation)
        .containsExactly(Operation.EXECUTE, Operation.ROLLBACK, Operation.RETRY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Covers({"OCP-26", "OCP-28"})
  void what_an_undo_took_back_while_it_was_being_stopped_is_not_taken_back_twice(boolean retried)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).failingOnce("a");
    RunId id = node.startRun("a-");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    node.command(id, RunVerb.RETRY);
    await().until(() -> worker.started().contains("a#2") && worker.held("a"));
    node.command(id, RunVerb.STOP);
    await().until(() -> worker.stopped().contains("a"));
    worker.succeed("a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);
    node.restart();
    HandWorker after = new HandWorker(node.engine(), "w2", 4).succeeding();

    RunVerb verb = retried ? RunVerb.RETRY : RunVerb.ROLLBACK;
    assertThat(node.dryRun(id, verb).foreseen()).doesNotContain(new Foreseen("a", Effect.ROLLBACK));
    node.command(id, verb);

    assertThat(node.awaitEnd(id).status())
        .isEqualTo(retried ? RunStatus.SUCCEEDED : RunStatus.ROLLED_BACK);
    assertThat(node.execution(id, "a").attempts())
        .filteredOn(attempt -> attempt.operation() == Operation.ROLLBACK)
        .hasSize(1);
    assertThat(after.started()).hasSize(retried ? 1 : 0);
  }

  @Test
  void steps_that_have_nothing_to_take_back_are_passed_over() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("d");
    RunId id = node.startRun("a- b<a c-<b d<c");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    assertThat(node.dryRun(id, RunVerb.ROLLBACK).foreseen())
        .containsExactly(new Foreseen("c", Effect.ROLLBACK), new Foreseen("a", Effect.ROLLBACK));
    node.command(id, RunVerb.ROLLBACK);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLED_BACK);
    assertThat(worker.started()).endsWith("c#2", "a#2");
    assertThat(node.step(id, "b").status()).isEqualTo(StepStatus.ROLLED_BACK);
  }

  @Test
  void an_undo_that_hangs_is_ended_by_a_stop_and_goes_on_later() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).failing("b");
    RunId id = node.startRun("a- b<a");
    await().until(() -> worker.held("a"));
    worker.succeed("a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    node.command(id, RunVerb.ROLLBACK);
    await().until(() -> worker.held("a"));

    assertThat(node.command(id, RunVerb.STOP).status()).isEqualTo(RunStatus.ROLLING_BACK);
    await().until(() -> worker.stopped().contains("a"));
    worker.confirmStop("a");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLBACK_FAILED);
    node.command(id, RunVerb.ROLLBACK);
    await().until(() -> worker.held("a"));
    worker.succeed("a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLED_BACK);
  }

  @Test
  void a_run_that_was_rolled_back_is_done_once_more() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failingOnce("b");
    RunId id = node.startRun("a- b<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    node.command(id, RunVerb.ROLLBACK);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLED_BACK);

    node.command(id, RunVerb.REDO);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "a#2", "a#3", "b#2");
  }

  @Test
  @Covers("OCP-26")
  void a_rollback_takes_back_also_what_was_to_be_done_again_and_did_not_come_to_it()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding().failing("b");
    RunId id = node.startRun("a- b-<a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    worker.drain();
    await().until(worker::wasDrained);
    node.command(id, RunVerb.RETRY);
    node.command(id, RunVerb.STOP);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);

    assertThat(node.dryRun(id, RunVerb.ROLLBACK).foreseen())
        .containsExactly(new Foreseen("b", Effect.ROLLBACK), new Foreseen("a", Effect.ROLLBACK));
    HandWorker undoing = new HandWorker(node.engine(), "w2", 4).succeeding();
    node.command(id, RunVerb.ROLLBACK);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLED_BACK);
    assertThat(undoing.started()).containsExactly("b#2", "a#2");
  }
}
