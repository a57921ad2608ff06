package dev.pawl.api.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.explain.Explanation.OfStep;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.worker.GroupPlace;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ExplainRequest;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.ExplainServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.WaitsForSlot;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplainGrpcServiceTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN;
  private static final String LOAD = RUN + "/taskRuns/load";
  private static final ExecutionId EXECUTION = new ExecutionId(Samples.RUN, "load", 0);
  private static final Reason SLOT =
      new Reason.Slot("hosts", Optional.empty(), Optional.empty(), Optional.empty());
  private static final Reason HEARSAY =
      new Reason.AtWork(Operation.EXECUTE, "w1", 1, 1, Optional.empty(), Optional.empty());

  private final Gateway gateway = new Gateway();

  ExplainGrpcServiceTest() {
    gateway.runs.heads.put(
        Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header("00"), RunStatus.RUNNING));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private void run(StepStatus status, Reason... reasons) {
    gateway.runs.explanation.set(
        new Explanation(
            RunStatus.RUNNING,
            List.of(new Reason.Settling()),
            List.of(new OfStep("load", 0, status, List.of(reasons)))));
  }

  private ExplainResponse explain(String name) {
    return ExplainServiceGrpc.newBlockingStub(gateway.channel)
        .explain(ExplainRequest.newBuilder().setName(name).build());
  }

  @Test
  void a_run_is_explained_with_its_steps_and_a_step_alone() {
    run(StepStatus.WAIT_DISPATCH, SLOT);

    ExplainResponse whole = explain(RUN);
    assertThat(whole.getExplanation().getRunState()).isEqualTo(RunState.RUN_STATE_RUNNING);
    assertThat(whole.getStepsList())
        .singleElement()
        .satisfies(step -> assertThat(step.getName()).isEqualTo(LOAD));

    ExplainResponse step = explain(LOAD);
    assertThat(step.getExplanation().getTaskRunState())
        .isEqualTo(TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH);
    assertThat(step.getStepsList()).isEmpty();
  }

  @Test
  void who_waits_for_a_slot_hears_from_the_group_where_it_stands() {
    run(StepStatus.WAIT_DISPATCH, SLOT);
    gateway.workers.places.put(
        "hosts", new GroupPlace(2, 0, 4, 4, 20, OptionalInt.of(17), false, false));
    gateway.executions.reasons.put(
        EXECUTION,
        List.of(
            new Reason.Slot(
                "hosts", Optional.empty(), Optional.of(Samples.NOW), Optional.empty())));

    dev.pawl.v1.Reason reason = explain(LOAD).getExplanation().getReasons(0);

    assertThat(reason.getText())
        .isEqualTo(
            "no slot in group hosts: 4 of 4 busy, place 17 of 20, since 2026-03-01T10:00:00Z");
    WaitsForSlot slot = reason.getWaitsForSlot();
    assertThat(slot.getGroupAnswered()).isTrue();
    assertThat(slot.getPlace()).isEqualTo(17);
    assertThat(slot.getSinceTime().getSeconds()).isEqualTo(Samples.NOW.getEpochSecond());
  }

  @Test
  void a_group_that_does_not_answer_is_a_reason_and_no_error() {
    run(StepStatus.WAIT_DISPATCH, SLOT);

    dev.pawl.v1.Reason reason = explain(LOAD).getExplanation().getReasons(0);

    assertThat(reason.getText()).contains("hosts").contains("does not answer");
    assertThat(reason.getWaitsForSlot().getGroupAnswered()).isFalse();
    assertThat(reason.getWaitsForSlot().hasPlace()).isFalse();
  }

  @Test
  void an_execution_that_does_not_answer_leaves_what_the_run_has_heard() {
    run(StepStatus.RUNNING, HEARSAY);
    gateway.executions.failure = new Unavailable("away", new IllegalStateException());

    assertThat(explain(LOAD).getExplanation().getReasons(0).getAtWork().getWorker())
        .isEqualTo("w1");

    gateway.executions.failure = new IllegalStateException("a bug");
    assertThat(Gateway.refusal(() -> explain(LOAD)).reason()).contains("INTERNAL");
  }

  @Test
  void an_execution_is_where_its_step_is_once_it_was_released() {
    run(StepStatus.RUNNING, HEARSAY);
    assertThat(explain(LOAD + "/executions/0").getExplanation().getExecutionState())
        .isEqualTo(ExecutionState.EXECUTION_STATE_RUNNING);
    run(StepStatus.WAIT_UPSTREAM, new Reason.Settling());
    assertThat(Gateway.refusal(() -> explain(LOAD + "/executions/0")).reason())
        .contains("EXECUTION_NOT_FOUND");
  }

  @Test
  void what_is_not_there_or_malformed_is_refused() {
    assertThat(Gateway.refusal(() -> explain("projects/shop/runs/" + Samples.OTHER_RUN)).reason())
        .contains("RUN_NOT_FOUND");
    assertThat(Gateway.refusal(() -> explain("projects/shop")).reason()).contains("INVALID_FIELD");
  }
}
