package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.RunVerb;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole engine on a real PostgreSQL, with a worker played by hand. */
@ExtendWith(PostgresExtension.class)
class EngineTest {
  private static int runs;

  private final TestDatabase postgres;
  private Engine engine;

  EngineTest(TestDatabase postgres) {
    this.postgres = postgres;
    this.engine = start();
  }

  private Engine start() {
    return Engine.start(
        EngineSettings.of(postgres.settings()), PlanText::plan, InstantSource.system());
  }

  @BeforeEach
  void beginsWithAnEngine() {
    assertThat(engine).isNotNull();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private RunId startRun(String plan) throws Exception {
    RunId id = new RunId("run%023d".formatted(++runs));
    assertThat(get(start(id, plan, "request-" + id)))
        .isInstanceOfSatisfying(
            Answer.Accepted.class,
            accepted ->
                assertThat(((RunHead) accepted.value()).status()).isEqualTo(RunStatus.RUNNING));
    return id;
  }

  private CompletionStage<Answer<RunHead, RunRejection>> start(
      RunId id, String plan, String requestId) throws Exception {
    String hash = get(engine.contents().put(ByteString.copyFromUtf8(plan)));
    return engine
        .runs()
        .start(
            id,
            new RunHeader(
                new DefinitionId(DefinitionKind.WORKFLOW, "default", "w"),
                1,
                hash,
                0,
                Map.of(),
                Map.of(),
                "ann",
                requestId,
                "b0d7",
                "",
                Instant.EPOCH,
                Optional.empty()));
  }

  private RunHead awaitEnd(RunId id) throws Exception {
    return accepted(get(engine.runs().await("default", id, Duration.ofSeconds(15))));
  }

  private static <T> T accepted(Answer<T, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted(var value) -> value;
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  private RunHead command(RunId id, RunVerb verb) throws Exception {
    return accepted(
        get(
            engine
                .runs()
                .command(
                    "default",
                    id,
                    verb,
                    new Cause.Command(verb + "-" + id, "b0d7", "ann", "because"),
                    OptionalLong.empty(),
                    false)));
  }

  private StepView step(RunId id, String task) throws Exception {
    return accepted(get(engine.runs().step("default", id, task))).steps().getFirst();
  }

  @Test
  void a_chain_runs_to_its_end_and_the_feed_shows_every_fact_in_order() throws Exception {
    HandWorker worker = new HandWorker(engine, "w1", 4).succeeding();
    RunId id = startRun("a b<a c<b");
    RunHead head = awaitEnd(id);
    assertThat(head.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(head.steps().succeeded()).isEqualTo(3);
    assertThat(worker.started()).containsExactly("a#1", "b#1", "c#1");

    List<String> seen = new ArrayList<>();
    FeedPosition after = FeedPosition.BEGINNING;
    while (seen.size() < 11) {
      for (FeedEntry entry : get(engine.feed().read(after, 100))) {
        after = entry.position();
        switch (entry) {
          case FeedEntry.OfRun run when run.id().equals(id) ->
              seen.add("run " + run.sequence() + " " + run.fact().after());
          case FeedEntry.OfExecution execution when execution.id().run().equals(id) ->
              seen.add(execution.id().task() + " " + execution.fact().after());
          case FeedEntry.OfRun _, FeedEntry.OfExecution _, FeedEntry.OfDefinition _ -> {}
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
  @Covers({"SYS-2", "OBS-30"})
  void the_same_request_starts_one_run_and_another_body_is_refused() throws Exception {
    RunId id = startRun("a");
    RunHead again = accepted(get(start(id, "a", "request-" + id)));
    assertThat(again.sequence()).isEqualTo(1);
    assertThat(get(start(id, "a", "another request")))
        .isEqualTo(new Answer.Refused<>(new RunRejection.RequestIdReused()));
  }

  @Test
  void a_pause_is_answered_paused_when_nothing_is_at_work_and_continues() throws Exception {
    RunId id = startRun("a b<a");
    RunHead paused = command(id, RunVerb.PAUSE);
    assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
    HandWorker worker = new HandWorker(engine, "w1", 4).succeeding();
    await().during(Duration.ofMillis(500)).until(() -> worker.started().isEmpty());
    assertThat(command(id, RunVerb.CONTINUE).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void a_pause_lets_what_runs_finish_and_starts_nothing_after_its_answer() throws Exception {
    HandWorker worker = new HandWorker(engine, "w1", 4);
    RunId id = startRun("a b<a");
    await().until(() -> worker.held("a"));
    assertThat(command(id, RunVerb.PAUSE).status()).isEqualTo(RunStatus.PAUSING);
    worker.succeed("a");
    await()
        .until(
            () ->
                accepted(get(engine.runs().describe("default", id))).status() == RunStatus.PAUSED);
    assertThat(step(id, "a").status()).isEqualTo(StepStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1");
  }

  @Test
  @Covers({"OCP-38", "OBS-6"})
  void a_stop_tells_the_worker_and_ends_terminated_once_it_confirmed() throws Exception {
    HandWorker worker = new HandWorker(engine, "w1", 4);
    RunId id = startRun("a b<a");
    await().until(() -> worker.held("a"));
    assertThat(command(id, RunVerb.STOP).status()).isEqualTo(RunStatus.TERMINATING);
    await().until(() -> worker.stopped().contains("a"));
    assertThat(step(id, "a").status()).isEqualTo(StepStatus.TERMINATING);
    worker.confirmStop("a");
    RunHead ended = awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.TERMINATED);
    assertThat(step(id, "b").attempt()).isZero();
  }

  @Test
  @Covers("OCP-39")
  void a_failing_task_is_tried_again_and_then_fails_the_run() throws Exception {
    HandWorker worker = new HandWorker(engine, "w1", 4).failing("a");
    RunId id = startRun("a*2 b<a");
    RunHead ended = awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended.failure()).map(StepView::task).contains("a");
    assertThat(worker.started()).containsExactly("a#1", "a#2");
    assertThat(step(id, "b").status()).isEqualTo(StepStatus.WAIT_UPSTREAM);
  }

  @Test
  void siblings_of_a_failure_finish_and_nothing_new_starts() throws Exception {
    HandWorker worker = new HandWorker(engine, "w1", 2).failing("a");
    RunId id = startRun("a b c d<b");
    await().until(() -> worker.held("b") || worker.held("c"));
    worker.succeedAll();
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(worker.started()).doesNotContain("d#1");
  }

  @Test
  @Covers({"OCP-52", "OBS-29"})
  void a_restart_goes_on_with_work_that_a_worker_still_holds() throws Exception {
    HandWorker before = new HandWorker(engine, "w1", 4);
    RunId id = startRun("a b<a");
    await().until(() -> before.held("a"));
    engine.close();
    engine = start();
    HandWorker after = new HandWorker(engine, before);
    await().until(() -> after.welcomed());
    after.succeed("a");
    await().until(() -> after.acknowledged("a"));
    assertThat(accepted(get(engine.runs().describe("default", id))).status())
        .isEqualTo(RunStatus.RUNNING);
    await().until(() -> after.held("b"));
    after.succeed("b");
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("b#1");
  }

  @Test
  void a_lease_that_never_reached_its_worker_is_handed_out_again_under_the_same_fence()
      throws Exception {
    HandWorker before = new HandWorker(engine, "w1", 4);
    RunId id = startRun("a");
    await().until(() -> before.held("a"));
    before.forgetLeases();
    HandWorker after = new HandWorker(engine, before).succeeding();
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("a#1");
  }

  @Test
  @Covers("OCP-49")
  void a_worker_that_restarts_loses_its_leases_at_once() throws Exception {
    HandWorker before = new HandWorker(engine, "w1", 4);
    RunId id = startRun("a*2");
    await().until(() -> before.held("a"));
    before.disconnect();
    HandWorker after = new HandWorker(engine, "w1", 4).succeeding();
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(after.started()).containsExactly("a#2");
  }

  @Test
  void one_run_of_a_thousand_parallel_tasks_and_a_join_completes() throws Exception {
    new HandWorker(engine, "w1", 100).succeeding();
    StringBuilder plan = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (int index = 0; index < 1000; index++) {
      names.add("t" + index);
      plan.append("t").append(index).append(' ');
    }
    plan.append("join<").append(String.join(",", names));
    RunId id = startRun(plan.toString());
    RunHead ended = awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(ended.steps().succeeded()).isEqualTo(1001);
  }

  @Test
  void a_run_of_another_project_is_not_found() throws Exception {
    RunId id = startRun("a");
    assertThat(get(engine.runs().describe("other", id)))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotFound()));
    assertThat(get(engine.runs().steps("other", id, 0, 10, Set.of())))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotFound()));
  }

  @Test
  void an_execution_keeps_its_attempts() throws Exception {
    new HandWorker(engine, "w1", 4).failing("a");
    RunId id = startRun("a*2");
    awaitEnd(id);
    var view = get(engine.executions().describe(new ExecutionId(id, "a", 0))).orElseThrow();
    assertThat(view.attempts())
        .extracting(attempt -> attempt.operation() + " " + attempt.fence())
        .containsExactly(
            ExecutionEvent.Operation.EXECUTE + " 1", ExecutionEvent.Operation.RETRY + " 2");
  }
}
