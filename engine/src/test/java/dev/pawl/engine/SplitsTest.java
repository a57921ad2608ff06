package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Value;
import dev.pawl.covers.Covers;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHead.Foreseen;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Steps that are split over a list, on a real PostgreSQL, with a worker played by hand. */
@ExtendWith(PostgresExtension.class)
class SplitsTest {
  private final Node node;

  SplitsTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Covers({"OCP-41", "OBS-16"})
  void a_split_gives_an_execution_for_each_element_and_ends_when_all_have() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8);

    RunId id = node.startRun("a=3 b<a");

    await().until(() -> worker.held("a") && worker.held("a/1") && worker.held("a/2"));
    assertThat(worker.inputs("a")).isEqualTo(item("e0"));
    assertThat(worker.inputs("a/1")).isEqualTo(item("e1"));
    assertThat(worker.inputs("a/2")).isEqualTo(item("e2"));
    worker.succeed("a");
    worker.succeed("a/2");
    await().until(() -> executions(id).get(2) == StepStatus.SUCCEEDED);
    await().until(() -> executions(id).getFirst() == StepStatus.SUCCEEDED);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.RUNNING);
    assertThat(node.step(id, "b").waitsFor()).isEqualTo("upstream: a");
    worker.succeed("a/1");
    await().until(() -> worker.held("b"));
    assertThat(worker.inputs("b")).isEmpty();
    worker.succeed("b");
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(ended.steps().succeeded()).isEqualTo(4);
  }

  @Test
  @Covers("OCP-41")
  void a_serial_split_does_one_after_the_other() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8);
    RunId id = node.startRun("a=3/1");

    await().until(() -> worker.held("a"));
    assertThat(worker.started()).containsExactly("a#1");
    assertThat(reasons(id, 1)).containsExactly(new Reason.FlightLimit(1, 1, 0, "a"));
    assertThat(reasons(id, 2)).containsExactly(new Reason.FlightLimit(1, 1, 1, "a"));
    worker.succeed("a");
    await().until(() -> worker.held("a/1"));
    assertThat(worker.started()).containsExactly("a#1", "a/1#1");
    worker.succeed("a/1");
    await().until(() -> worker.held("a/2"));
    worker.succeed("a/2");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "a/1#1", "a/2#1");
  }

  @Test
  @Covers({"OCP-41", "OCP-42"})
  void no_more_are_in_flight_than_the_split_allows_whatever_else_may_be() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 16);
    RunId id = node.startRun("a=5/2 b c %4");

    await().until(() -> worker.held("a") && worker.held("a/1") && worker.held("b"));
    await().until(() -> worker.held("c"));
    assertThat(worker.started()).hasSize(4);
    worker.succeed("a/1");
    await().until(() -> worker.held("a/2"));
    assertThat(worker.started()).hasSize(5);

    worker.succeeding();
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).hasSize(7);
  }

  @Test
  void a_serial_split_goes_on_where_it_was_after_a_restart() throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 8);
    RunId id = node.startRun("a=4/1");
    await().until(() -> before.held("a"));
    before.succeed("a");
    await().until(() -> before.held("a/1"));

    node.restart();

    HandWorker worker = new HandWorker(node.engine(), before);
    assertThat(node.status(id)).isEqualTo(RunStatus.RUNNING);
    worker.succeed("a/1");
    await().until(() -> worker.held("a/2"));
    assertThat(worker.held("a/3")).isFalse();
    worker.succeed("a/2");
    await().until(() -> worker.held("a/3"));
    worker.succeed("a/3");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a/2#1", "a/3#1");
  }

  @Test
  @Covers("OBS-21")
  void retry_repeats_the_executions_that_failed_undoing_each_and_leaves_the_others()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8).succeeding().failing("a/1");
    RunId id = node.startRun("a-=3 b<a ^");
    RunHead failed = node.awaitEnd(id);
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.failure().orElseThrow().task()).isEqualTo("a");
    assertThat(failed.failure().orElseThrow().execution()).isEqualTo(1);
    await()
        .until(
            () ->
                executions(id)
                    .equals(
                        List.of(StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.SUCCEEDED)));
    worker.mended("a/1");
    RunHead foreseen = node.dryRun(id, RunVerb.RETRY);
    assertThat(foreseen.foreseen())
        .containsExactly(
            new Foreseen("a", OptionalInt.of(1), Foreseen.Effect.ROLLBACK),
            new Foreseen("a", OptionalInt.of(1), Foreseen.Effect.RETRY),
            new Foreseen("b", Foreseen.Effect.EXECUTE));

    node.command(id, "a", RunVerb.RETRY);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started())
        .containsExactlyInAnyOrder("a#1", "a/1#1", "a/2#1", "a/1#2", "a/1#3", "b#1");
    assertThat(node.step(id, "a").executions())
        .extracting(StepView.OfExecution::attempt)
        .containsExactly(1, 2, 1);
  }

  @Test
  void a_serial_split_begins_no_further_once_one_failed_and_goes_on_when_that_is_passed()
      throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8).succeeding().failing("a/1");
    RunId id = node.startRun("a=4/1 b<a ^");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(executions(id))
        .containsExactly(
            StepStatus.SUCCEEDED,
            StepStatus.FAILED,
            StepStatus.WAIT_UPSTREAM,
            StepStatus.WAIT_UPSTREAM);
    assertThat(node.step(id, "a").status()).isEqualTo(StepStatus.FAILED);

    node.command(id, "a", 1, RunVerb.PASS);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactly("a#1", "a/1#1", "a/2#1", "a/3#1", "b#1");
  }

  @Test
  void a_step_that_is_passed_is_so_with_the_executions_that_never_began() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8).succeeding().failing("a/1");
    RunId id = node.startRun("a=4/1 b<a ^");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);

    node.command(id, "a", RunVerb.PASS);

    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(ended.steps().succeeded()).isEqualTo(5);
    assertThat(worker.started()).containsExactly("a#1", "a/1#1", "b#1");
  }

  @Test
  void a_step_that_is_stopped_is_so_with_all_its_executions() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8);
    RunId id = node.startRun("a=3/2 b<a");
    await().until(() -> worker.held("a") && worker.held("a/1"));

    node.command(id, "a", RunVerb.STOP);

    await().until(() -> worker.stopped().containsAll(List.of("a", "a/1")));
    worker.confirmStop("a");
    worker.confirmStop("a/1");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(executions(id)).containsOnly(StepStatus.TERMINATED);
    assertThat(worker.started()).containsExactlyInAnyOrder("a#1", "a/1#1");
  }

  @Test
  void one_execution_is_stopped_alone_and_is_redone_alone() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8);
    RunId id = node.startRun("a=2");
    await().until(() -> worker.held("a") && worker.held("a/1"));

    node.command(id, "a", 1, RunVerb.STOP);

    await().until(() -> worker.stopped().contains("a/1"));
    assertThat(worker.stopped()).containsExactly("a/1");
    worker.confirmStop("a/1");
    worker.succeed("a");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(executions(id)).containsExactly(StepStatus.SUCCEEDED, StepStatus.TERMINATED);
    worker.succeeding();
    node.command(id, "a", 1, RunVerb.REDO);
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).containsExactlyInAnyOrder("a#1", "a/1#1", "a/1#2");
  }

  @Test
  @Covers("OBS-22")
  void rollback_undoes_each_execution_that_began_and_no_other() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 8).succeeding().failing("b/1");
    RunId id = node.startRun("a-=2 b-=3/1<a ^");
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    worker.recovering();

    node.command(id, RunVerb.ROLLBACK);

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.ROLLED_BACK);
    List<String> undone = worker.started().subList(4, worker.started().size());
    assertThat(undone.subList(0, 2)).containsExactlyInAnyOrder("b#2", "b/1#2");
    assertThat(undone.subList(2, 4)).containsExactlyInAnyOrder("a#2", "a/1#2");
    assertThat(node.engine().executions().describe(new ExecutionId(id, "b", 2)))
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(never -> assertThat(never).isEmpty());
    assertThat(
            Node.get(node.engine().executions().describe(new ExecutionId(id, "b", 1)))
                .orElseThrow()
                .status())
        .isEqualTo(ExecutionStatus.ROLLED_BACK);
  }

  @Test
  void a_thousand_executions_of_one_step_are_done_ten_at_a_time() throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 32).succeeding();

    RunId id = node.startRun("a=1000/10 b<a");

    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(worker.started()).hasSize(1_001).endsWith("b#1");
  }

  private List<StepStatus> executions(RunId id) throws Exception {
    return node.step(id, "a").executions().stream().map(StepView.OfExecution::status).toList();
  }

  private List<Reason> reasons(RunId id, int execution) throws Exception {
    return Node.accepted(
            Node.get(
                node.engine()
                    .runs()
                    .explain(
                        "default", id, Optional.of(new StepRef("a", OptionalInt.of(execution))))))
        .steps()
        .getFirst()
        .reasons();
  }

  private static Map<String, Payload> item(String text) {
    return Map.of("item", new Payload.Inline(Value.newBuilder().setStringValue(text).build()));
  }
}
