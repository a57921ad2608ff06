package dev.pawl.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TaskRunState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocateTaskRunTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN;

  private final Gateway gateway = new Gateway();

  LocateTaskRunTest() {
    gateway.runs.heads.put(
        Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header("00"), RunStatus.RUNNING));
    gateway.runs.steps.put(
        Samples.RUN,
        List.of(
            Samples.step(0, "load", StepStatus.FAILED, 1),
            Samples.step(1, "load-again", StepStatus.WAIT_UPSTREAM, 0)));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private LocateTaskRunResponse locate(LocateTaskRunRequest.Builder request) {
    return RunServiceGrpc.newBlockingStub(gateway.channel)
        .locateTaskRun(request.setParent(RUN).build());
  }

  private static LocateTaskRunRequest.Builder request() {
    return LocateTaskRunRequest.newBuilder();
  }

  @Test
  void a_step_is_found_by_text_and_state_and_so_is_the_next() {
    LocateTaskRunResponse first =
        locate(request().setText("load").addStates(TaskRunState.TASK_RUN_STATE_FAILED));
    assertThat(first.getTaskRun().getTask()).isEqualTo("load");
    assertThat(first.getTaskRun().getIndex()).isZero();
    assertThat(first.getTotalSteps()).isEqualTo(2);
    assertThat(gateway.runs.sought)
        .containsExactly(new Runs.Sought("load", Set.of(StepStatus.FAILED), 0));

    LocateTaskRunResponse next = locate(request().setText("load").setFromIndex(1));
    assertThat(next.getTaskRun().getTask()).isEqualTo("load-again");
    assertThat(next.getMatches()).isEqualTo(2);

    assertThat(locate(request().setText("nope")).hasTaskRun()).isFalse();
  }

  @Test
  void a_state_that_no_step_comes_to_yet_finds_nothing() {
    LocateTaskRunResponse none =
        locate(request().addStates(TaskRunState.TASK_RUN_STATE_WAIT_EVENT));

    assertThat(none.hasTaskRun()).isFalse();
    assertThat(none.getMatches()).isZero();
    assertThat(none.getTotalSteps()).isEqualTo(2);
  }

  @Test
  void malformed_requests_are_refused_with_the_field() {
    assertThat(Gateway.refusal(() -> locate(request().setFromIndex(-1))).message())
        .contains("fromIndex");
    assertThat(Gateway.refusal(() -> locate(request().setLogLines(-1))).message())
        .contains("logLines");
    assertThat(Gateway.refusal(() -> locate(request().setText("x".repeat(257)))).message())
        .contains("text");
    assertThat(
            Gateway.refusal(
                    () -> locate(request().addStates(TaskRunState.TASK_RUN_STATE_UNSPECIFIED)))
                .message())
        .contains("states");
  }
}
