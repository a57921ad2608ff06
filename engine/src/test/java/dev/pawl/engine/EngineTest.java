package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole engine on a real PostgreSQL, with a worker played by hand. */
@ExtendWith(PostgresExtension.class)
class EngineTest {
  private final Node node;

  EngineTest(TestDatabase postgres) {
    // A run that another test left would be woken, and take the workers of this one.
    postgres.empty();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Covers({"TSF-23", "TSF-24"})
  void a_chain_runs_to_its_end_and_the_feed_shows_every_fact_in_order() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding();
    RunId id = node.startRun("a b<a c<b");
    RunHead head = node.awaitEnd(id);
    assertThat(head.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(head.steps().succeeded()).isEqualTo(3);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "c#1");

    List<String> seen = new ArrayList<>();
    FeedPosition after = FeedPosition.BEGINNING;
    while (seen.size() < 11) {
      for (FeedEntry entry : Node.get(node.engine().feed().read(after, 100))) {
        after = entry.position();
        switch (entry) {
          case FeedEntry.OfRun run when run.id().equals(id) ->
              seen.add("run " + run.sequence() + " " + run.fact().after());
          case FeedEntry.OfExecution execution when execution.id().run().equals(id) ->
              seen.add(execution.id().task() + " " + execution.fact().after());
          case FeedEntry.OfRun _,
              FeedEntry.OfExecution _,
              FeedEntry.OfDefinition _,
              FeedEntry.OfOperation _,
              FeedEntry.OfLock _ -> {}
        }
      }
    }
    assertThat(seen)
        .containsExactly(
            "run 1 RUNNING",
            "a RUNNING",
            "a SUCCEEDED",
            "run 2 RUNNING",
            "b RUNNING",
            "b SUCCEEDED",
            "run 3 RUNNING",
            "c RUNNING",
            "c SUCCEEDED",
            "run 4 RUNNING",
            "run 5 SUCCEEDED");
  }

  @Test
  @Covers("SYS-3")
  void the_same_request_starts_one_run_and_another_body_is_refused() throws Exception {
    RunId id = node.startRun("a");
    RunHead again = Node.accepted(Node.get(node.start(id, "a", "request-" + id)));
    assertThat(again.sequence()).isEqualTo(1);
    assertThat(Node.get(node.start(id, "a", "another request")))
        .isEqualTo(new Answer.Refused<>(new RunRejection.RequestIdReused()));
  }

  @Test
  void a_pause_is_answered_paused_when_nothing_is_at_work_and_continues() throws Exception {
    RunId id = node.startRun("a b<a");
    RunHead paused = node.command(id, RunVerb.PAUSE);
    assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).succeeding();
    await().during(Duration.ofMillis(500)).until(() -> worker.started().isEmpty());
    assertThat(node.command(id, RunVerb.CONTINUE).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_pause_lets_what_runs_finish_and_starts_nothing_after_its_answer() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> worker.held("a"));
    assertThat(node.command(id, RunVerb.PAUSE).status()).isEqualTo(RunStatus.PAUSING);
    worker.succeed("a");
    await()
        .until(
            () ->
                Node.accepted(Node.get(node.engine().runs().describe("default", id))).status()
                    == RunStatus.PAUSED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1");
  }

  @Test
  void who_has_no_time_left_to_wait_is_told_where_the_run_stands() throws Exception {
    RunId id = node.startRun("a");
    assertThat(
            Node.accepted(Node.get(node.engine().runs().await("default", id, Duration.ZERO)))
                .status())
        .isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void an_end_that_is_told_once_more_takes_no_place_of_those_that_may_be_at_work()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a c<b %1");
    await().until(() -> worker.held("a"));
    worker.succeed("a");
    await().until(() -> worker.held("b"));
    node.engine().wake(new ExecutionId(id, "a", 0));
    // The run has answered whoever asked after it, so it has heard that by now.
    assertThat(node.execution(id, "a").status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(node.status(id)).isEqualTo(RunStatus.RUNNING);
    worker.succeed("b");
    await().until(() -> worker.held("c"));
    worker.succeed("c");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_paused_run_is_stopped_also_when_its_node_was_restarted(boolean restarted)
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> worker.held("a"));
    assertThat(node.command(id, RunVerb.PAUSE).status()).isEqualTo(RunStatus.PAUSING);
    worker.succeed("a");
    await().until(() -> node.status(id) == RunStatus.PAUSED);
    if (restarted) {
      node.restart();
    }
    node.command(id, RunVerb.STOP);
    await().until(() -> node.status(id) == RunStatus.TERMINATED);
  }

  @Test
  @Covers({"OCP-38", "OBS-6", "TSF-13"})
  void a_stop_tells_the_worker_and_ends_terminated_once_it_confirmed() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> worker.held("a"));
    assertThat(node.command(id, RunVerb.STOP).status()).isEqualTo(RunStatus.TERMINATING);
    await().until(() -> worker.stopped().contains("a"));
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.TERMINATING);
    worker.confirmStop("a");
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.TERMINATED);
    assertThat(node.step(id, "b").attempt()).isZero();
  }

  @Test
  @Covers({"OCP-39", "TSF-25", "TSF-48"})
  void a_failing_task_is_tried_again_and_then_fails_the_run() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4).failing("a");
    RunId id = node.startRun("a*2 b<a");
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended.failure()).map(StepView::task).contains("a");
    assertThat(worker.started()).containsExactly("a#1", "a#2");
    assertThat(node.step(id, "b").status()).isEqualTo(StepStatus.WAIT_UPSTREAM);
  }

  @Test
  void siblings_of_a_failure_finish_and_nothing_new_starts() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 3).failing("a");
    RunId id = node.startRun("a b c d<b");
    await().until(() -> worker.held("b") && worker.held("c") && worker.acknowledged("a"));
    await().until(() -> node.step(id, "a").status() == StepStatus.FAILED);
    assertThat(node.status(id)).isEqualTo(RunStatus.RUNNING);
    worker.succeedAll();
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(worker.started()).doesNotContain("d#1");
  }

  @Test
  @Covers({"OCP-52", "OBS-29"})
  void a_restart_goes_on_with_work_that_a_worker_still_holds() throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a b<a");
    await().until(() -> before.held("a"));
    node.restart();

    HandWorker after = new HandWorker(node.engine(), before);
    await().until(() -> after.welcomed());
    after.succeed("a");
    await().until(() -> after.acknowledged("a"));
    assertThat(Node.accepted(Node.get(node.engine().runs().describe("default", id))).status())
        .isEqualTo(RunStatus.RUNNING);
    await().until(() -> after.held("b"));
    after.succeed("b");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("b#1");
  }

  @Test
  void a_lease_that_never_reached_its_worker_is_handed_out_again_under_the_same_fence()
      throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a");
    await().until(() -> before.held("a"));
    before.forgetLeases();
    HandWorker after = new HandWorker(node.engine(), before).succeeding();
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("a#1");
  }

  @Test
  void a_worker_that_drained_is_sent_nothing_more() throws Exception {
    HandWorker leaving = new HandWorker(node.engine(), "w1", 8).succeeding();
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      runs.add(node.startRun("a%d b%d<a%d c%d<b%d".formatted(i, i, i, i, i)));
    }
    await().until(() -> leaving.started().size() > 10);
    leaving.drain();
    await().until(leaving::wasDrained);
    List<String> all = List.copyOf(leaving.started());
    await().until(leaving::idle);
    leaving.disconnect();

    HandWorker next = new HandWorker(node.engine(), "w2", 8).succeeding();
    for (RunId run : runs) {
      assertThat(node.awaitEnd(run).status()).isEqualTo(RunStatus.SUCCEEDED);
    }
    assertThat(leaving.started()).isEqualTo(all);
    assertThat(next.started()).hasSize(180 - all.size());
  }

  @Test
  @Covers("OCP-49")
  void a_worker_that_restarts_loses_its_leases_at_once() throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a*2");
    await().until(() -> before.held("a"));
    before.disconnect();
    await().until(() -> Node.get(node.engine().workers().list(Set.of("default"))).isEmpty());
    HandWorker after = new HandWorker(node.engine(), "w1", 4).succeeding();
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("a#2");
  }

  @Test
  void one_run_of_a_thousand_parallel_tasks_and_a_join_completes() throws Exception {
    new HandWorker(node.engine(), "w1", 100).succeeding();
    StringBuilder plan = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (int index = 0; index < 1000; index++) {
      names.add("t" + index);
      plan.append("t").append(index).append(' ');
    }
    plan.append("join<").append(String.join(",", names));
    RunId id = node.startRun(plan.toString());
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(ended.steps().succeeded()).isEqualTo(1001);
  }

  @Test
  @Covers("OCP-42")
  void no_more_tasks_are_at_work_at_once_than_the_run_allows() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 10);
    RunId id = node.startRun("a b c d e %2");
    for (int begun = 2; begun < 5; begun++) {
      int atMost = begun;
      await().until(() -> worker.started().size() == atMost);
      await().during(Duration.ofMillis(200)).until(() -> worker.started().size() == atMost);
      worker.succeed(worker.started().get(begun - 2).replace("#1", ""));
    }
    await().until(() -> worker.started().size() == 5);
    worker.succeedAll();
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  @Covers("WDT-7")
  void a_run_of_another_project_is_not_found() throws Exception {
    RunId id = node.startRun("a");
    assertThat(Node.get(node.engine().runs().describe("other", id)))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotFound()));
    assertThat(Node.get(node.engine().runs().steps("other", id, 0, 10, Set.of())))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotFound()));
  }

  @Test
  void an_execution_keeps_its_attempts() throws Exception {
    new HandWorker(node.engine(), "w1", 4).failing("a");
    RunId id = node.startRun("a*2");
    node.awaitEnd(id);
    assertThat(node.execution(id, "a").attempts())
        .extracting(attempt -> attempt.operation() + " " + attempt.fence())
        .containsExactly(
            ExecutionEvent.Operation.EXECUTE + " 1", ExecutionEvent.Operation.RETRY + " 2");
  }
}
