package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.ParentStep;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHead.RunLock;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.SubRuns;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Steps that start runs, on a real PostgreSQL, with a worker played by hand. */
@ExtendWith(PostgresExtension.class)
class SubRunsTest {
  private final Node node;

  SubRunsTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(postgres);
  }

  @BeforeEach
  void submit() throws Exception {
    submit("below", "x y<x");
    submit("zone", "x #z1");
  }

  private void submit(String name, String plan) throws Exception {
    String hash = Node.get(node.engine().contents().put(ByteString.copyFromUtf8(plan)));
    Node.get(
        node.engine()
            .definitions()
            .submit(
                new DefinitionId(DefinitionKind.WORKFLOW, "default", name),
                hash,
                new Cause.Command("submit " + plan, "b0d7", "ann", ""),
                OptionalLong.empty()));
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static RunId below(RunId run, long fence) {
    return SubRuns.id(new ExecutionId(run, "a", 0), fence);
  }

  private RunHead describe(RunId run) throws Exception {
    return Node.accepted(Node.get(node.engine().runs().describe("default", run)));
  }

  @Test
  @Covers("OBS-39")
  void a_step_takes_no_slot_while_the_run_that_it_started_goes_on() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 1);

    RunId id = node.startRun("a>below b<a");

    await().until(() -> worker.held("x"));
    RunId below = below(id, 1);
    assertThat(describe(below).header().parent())
        .contains(new ParentStep(new ExecutionId(id, "a", 0), 1));
    assertThat(describe(below).header().initiator()).isEqualTo("ann");
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.RUNNING);
    assertThat(node.step(id, "a").worker()).isEqualTo("runs/" + below);
    worker.succeed("x");
    await().until(() -> worker.held("y"));
    assertThat(node.step(id, "b").status()).isEqualTo(StepStatus.WAIT_UPSTREAM);
    worker.succeed("y");
    await().until(() -> worker.held("b"));
    worker.succeed("b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  @Covers("OBS-39")
  void a_restart_finds_the_run_that_a_step_started_and_starts_no_other() throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below b<a");
    await().until(() -> before.held("x"));
    node.restart();
    HandWorker after = new HandWorker(node.engine(), before);
    await().until(after::welcomed);

    after.succeed("x");
    await().until(() -> after.held("y"));
    after.succeed("y");
    await().until(() -> after.held("b"));
    after.succeed("b");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("y#1", "b#1");
  }

  @Test
  void a_run_that_failed_fails_its_step_and_a_retry_starts_another_once_also_over_a_restart()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).failing("x");
    RunId id = node.startRun("a>below");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(node.step(id, "a").reason()).isEqualTo("RUN_FAILED");
    worker.mended("x");

    node.command(id, RunVerb.RETRY);
    await().until(() -> worker.held("x"));
    node.restart();
    HandWorker after = new HandWorker(node.engine(), worker).succeeding();

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.FAILED);
    assertThat(describe(below(id, 2)).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).doesNotContain("x#2");
  }

  @Test
  void a_stop_ends_the_run_below_first_also_over_a_restart() throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below");
    await().until(() -> before.held("x"));

    node.command(id, RunVerb.STOP);
    // Once the stop is answered nothing begins any more.
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.TERMINATING);
    await().until(() -> before.stopped().contains("x"));
    assertThat(node.status(id)).isEqualTo(RunStatus.TERMINATING);
    assertThat(Node.get(node.engine().executions().explain(new ExecutionId(id, "a", 0))))
        .containsExactly(new Reason.Stopping("runs/" + below(id, 1), Optional.empty()));
    node.restart();
    HandWorker after = new HandWorker(node.engine(), before);
    await().until(() -> after.stopped().contains("x"));
    after.confirmStop("x");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.TERMINATED);
  }

  @Test
  void a_pause_lets_the_run_below_end_and_a_forced_one_stops_it_and_starts_another()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below");
    await().until(() -> worker.held("x"));

    assertThat(node.command(id, RunVerb.PAUSE).status()).isEqualTo(RunStatus.PAUSING);
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.RUNNING);
    node.command(id, RunVerb.FORCED_PAUSE);
    await().until(() -> worker.stopped().contains("x"));
    worker.confirmStop("x");
    await().until(() -> node.status(id) == RunStatus.PAUSED);
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.TERMINATED);
    node.command(id, RunVerb.CONTINUE);
    await().until(() -> worker.held("x"));
    worker.succeed("x");
    await().until(() -> worker.held("y"));
    worker.succeed("y");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(describe(below(id, 2)).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_run_that_failed_keeps_no_lock_from_the_next_one_of_its_step_and_takes_no_command()
      throws Exception {
    new HandWorker(node.engine(), "w1", 4).failingOnce("x").succeeding();

    RunId id = node.startRun("a*2>zone");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.FAILED);
    assertThat(describe(below(id, 1)).locks())
        .extracting(RunLock::hand)
        .containsExactly(RunLock.Hand.RELEASED);
    assertThat(node.refusal(below(id, 1), RunVerb.RETRY))
        .isInstanceOf(RunRejection.StateConflict.class);
    assertThat(describe(below(id, 1)).verbs()).noneMatch(RunHead.VerbOption::allowed);
  }

  @Test
  void a_run_that_a_forced_pause_ended_keeps_no_lock_from_the_one_that_follows_it()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>zone");
    await().until(() -> worker.held("x"));
    node.command(id, RunVerb.FORCED_PAUSE);
    await().until(() -> worker.stopped().contains("x"));
    worker.confirmStop("x");
    await().until(() -> node.status(id) == RunStatus.PAUSED);

    node.command(id, RunVerb.CONTINUE);

    await().until(() -> worker.held("x"));
    worker.succeed("x");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_run_that_needs_a_lock_of_the_run_above_is_refused_saying_so() throws Exception {
    RunId id = node.startRun("a>zone #z1");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(node.step(id, "a").reason()).isEqualTo("LOCK_HELD");
    assertThat(node.step(id, "a").message())
        .startsWith("workflow zone: run %s, whose step starts it, holds ".formatted(id));
  }

  @Test
  void a_step_that_is_split_starts_a_run_for_each_element() throws Exception {
    new HandWorker(node.engine(), "w1", 4).succeeding();

    RunId id = node.startRun("a>below=3/1");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    for (int i = 0; i < 3; i++) {
      assertThat(describe(SubRuns.id(new ExecutionId(id, "a", i), 1)).status())
          .isEqualTo(RunStatus.SUCCEEDED);
    }
  }

  @Test
  void a_pause_lasts_until_the_run_below_has_ended_by_itself() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below b<a");
    await().until(() -> worker.held("x"));

    node.command(id, RunVerb.PAUSE);
    worker.succeed("x");
    await().until(() -> worker.held("y"));
    assertThat(node.status(id)).isEqualTo(RunStatus.PAUSING);
    worker.succeed("y");
    await().until(() -> node.status(id) == RunStatus.PAUSED);
    assertThat(describe(below(id, 1)).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).doesNotContain("b#1");
    node.command(id, RunVerb.CONTINUE);
    await().until(() -> worker.held("b"));
    worker.succeed("b");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_stop_ends_a_step_whose_run_cannot_be_started_and_no_run_follows_it() throws Exception {
    submit("below", "NO PLAN");
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below");
    await().until(() -> !log(id).isEmpty());

    node.command(id, RunVerb.STOP);
    submit("below", "x y<x");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);
    assertThat(log(id)).contains("is not started yet, trying again");
    assertNeverStarted(id, worker);
  }

  @Test
  void a_stop_after_a_restart_is_followed_by_no_run_either() throws Exception {
    submit("below", "NO PLAN");
    RunId id = node.startRun("a>below");
    await().until(() -> !log(id).isEmpty());
    node.restart();
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);

    node.command(id, RunVerb.STOP);
    submit("below", "x y<x");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.TERMINATED);
    assertNeverStarted(id, worker);
  }

  @Test
  void the_time_of_a_step_is_over_also_when_its_run_cannot_be_started() throws Exception {
    submit("below", "NO PLAN");

    RunId id = node.startRun("a@1500>below");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(node.step(id, "a").reason()).isEqualTo("TIMED_OUT");
    assertThat(log(id)).endsWith("no run was started before the step's time was over");
  }

  private void assertNeverStarted(RunId id, HandWorker worker) throws Exception {
    assertThat(Node.get(node.engine().runs().describe("default", below(id, 1))))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotFound()));
    assertThat(log(id)).endsWith("no run was started before the step was stopped");
    assertThat(worker.started()).isEmpty();
  }

  /** What the log of the first attempt of a step says. */
  private String log(RunId id) throws Exception {
    LogKey key = new LogKey(new ExecutionId(id, "a", 0), 1);
    return Node.get(node.engine().logs().read(key, 1, 100_000)).stream()
        .map(chunk -> chunk.lines().toStringUtf8())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void a_workflow_that_cannot_be_read_any_more_cuts_no_step_off_from_its_run() throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below");
    await().until(() -> before.held("x"));
    submit("below", "NO PLAN");
    node.restart();
    HandWorker after = new HandWorker(node.engine(), before).succeeding();

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("y#1");
    assertThat(log(id).lines())
        .containsExactly(
            "started run %s of workflow below, version 1".formatted(below(id, 1)),
            "goes on with run %s of workflow below, version 1".formatted(below(id, 1)),
            "run %s ended SUCCEEDED".formatted(below(id, 1)));
  }

  @Test
  void a_step_may_have_a_timeout_longer_than_any_timer() throws Exception {
    new HandWorker(node.engine(), "w1", 4).succeeding();

    RunId id = node.startRun("a@31536000000>below");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void runs_that_steps_wait_for_keep_no_caller_out() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a>below=4");
    await().until(() -> worker.started().size() == 4);

    assertThat(Node.get(node.engine().nodes().self()).unanswered()).isZero();

    node.command(id, RunVerb.STOP);
    await().until(() -> worker.stopped().contains("x"));
    assertThat(Node.get(node.engine().nodes().self()).unanswered()).isZero();
  }
}
