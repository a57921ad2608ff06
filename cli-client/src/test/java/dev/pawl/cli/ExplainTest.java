package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.covers.Covers;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.Explanation;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.Reason;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.WaitsForSlot;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Why things are where they are, and where that is. */
class ExplainTest {
  private static final String SLOT = "no slot in group hosts: 4 of 4 busy, place 17 of 20";

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  private static Explanation.Builder step(String task, TaskRunState state, String... reasons) {
    Explanation.Builder step =
        Explanation.newBuilder().setName(Sample.RUN + "/taskRuns/" + task).setTaskRunState(state);
    for (String reason : reasons) {
      step.addReasons(Reason.newBuilder().setText(reason));
    }
    return step;
  }

  @Test
  void a_run_says_why_it_is_where_it_is_and_which_of_its_steps_hold_it() {
    server.explain.byEnd.put(
        "7f3k2xy",
        ExplainResponse.newBuilder()
            .setExplanation(
                Explanation.newBuilder()
                    .setName(Sample.RUN)
                    .setRunState(RunState.RUN_STATE_PAUSING)
                    .addReasons(
                        Reason.newBuilder()
                            .setText(
                                "the run is pausing by ann since 2026-11-20T14:01:00Z, because: the"
                                    + " disk is full; still in flight: swap")))
            .addSteps(
                step(
                    "swap",
                    TaskRunState.TASK_RUN_STATE_RUNNING,
                    "worker w1 is at it since 2026-11-20T14:00:00Z (attempt 1 of 3)",
                    "the run is pausing by ann since 2026-11-20T14:01:00Z, because: the disk is"
                        + " full; still in flight: swap"))
            .addSteps(
                step(
                    "verify",
                    TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM,
                    "waits for swap (RUNNING)"))
            .build());

    Shell.Ran ran = shell.run("run", "explain", "7f3k2xy");

    assertThat(ran.exitCode()).isZero();
    Golden.check("run-explain", ran.out());
  }

  @Test
  void a_step_says_what_it_waits_for_and_json_is_the_message_of_the_api() throws Exception {
    ExplainResponse answer =
        ExplainResponse.newBuilder()
            .setExplanation(
                step("swap", TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH)
                    .addReasons(
                        Reason.newBuilder()
                            .setText(SLOT)
                            .setWaitsForSlot(
                                WaitsForSlot.newBuilder().setGroup("hosts").setPlace(17))))
            .build();
    server.explain.byEnd.put("swap", answer);

    Golden.check("step-explain", shell.run("step", "explain", "7f3k2xy/swap").out());
    ExplainResponse.Builder read = ExplainResponse.newBuilder();
    JsonFormat.parser()
        .merge(shell.run("step", "explain", "7f3k2xy/swap", "-o", "json").out(), read);
    assertThat(read.build()).isEqualTo(answer);
    assertThat(shell.run("step", "explain", "7f3k2xy/nope").exitCode()).isEqualTo(3);
    assertThat(shell.run("step", "explain", "7f3k2xy").exitCode()).isEqualTo(2);
  }

  private void located(int matches) {
    server.runs.put(Sample.run(RunState.RUN_STATE_FAILED));
    TaskRun swap =
        Sample.step("swap", TaskRunState.TASK_RUN_STATE_FAILED, 3, "check").toBuilder()
            .setIndex(1)
            .setAttempt(3)
            .setReason("EXIT_CODE")
            .setMessage("exit code 28")
            .setStartTime(Sample.ago(Duration.ofSeconds(22)))
            .setEndTime(Sample.ago(Duration.ofSeconds(2)))
            .build();
    server.runs.located.set(
        LocateTaskRunResponse.newBuilder()
            .setTaskRun(swap)
            .setMatches(matches)
            .setTotalSteps(3)
            .addLogLines(LogLine.newBuilder().setText("cp: error writing '/data/pkg'"))
            .addLogLines(LogLine.newBuilder().setText("swap failed"))
            .build());
  }

  @Test
  @Covers({"OBS-8", "OBS-9"})
  void where_a_failed_run_is_is_shown_with_the_end_of_its_log() {
    located(1);

    Shell.Ran ran = shell.run("run", "locate", "7f3k2xy");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    Golden.check("run-locate", ran.out());
    assertThat(shell.run("run", "locate", "7f3k2xy", "-q").out()).isEqualTo("swap\n");
    assertThat(server.runs.sought.getFirst().getLogLines()).isEqualTo(10);
  }

  @Test
  void a_step_is_looked_for_by_name_and_state_and_the_next_one_is_hinted_at() {
    located(2);

    Shell.Ran ran =
        shell.run("run", "locate", "7f3k2xy", "swap", "--state", "failed", "--from", "2");

    assertThat(ran.err())
        .contains("2 steps fit. The next: pawl run locate 7f3k2xy swap --state failed --from 3");
    assertThat(server.runs.sought.getFirst().getText()).isEqualTo("swap");
    assertThat(server.runs.sought.getFirst().getFromIndex()).isEqualTo(1);
    assertThat(server.runs.sought.getFirst().getStatesList())
        .containsExactly(TaskRunState.TASK_RUN_STATE_FAILED);
  }

  @Test
  void a_step_that_is_not_there_is_not_found_and_a_malformed_request_is_not_sent() {
    server.runs.put(Sample.run(RunState.RUN_STATE_FAILED));

    Shell.Ran none = shell.run("run", "locate", "7f3k2xy", "nope");
    assertThat(none.exitCode()).isEqualTo(3);
    assertThat(none.err()).contains("No step fits.").contains("pawl step list 7f3k2xy");
    assertThat(shell.run("run", "locate", "7f3k2xy", "--state", "nope").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "locate", "7f3k2xy", "--from", "0").exitCode()).isEqualTo(2);
  }
}
