package dev.pawl.cli.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.v1.Cause;
import dev.pawl.v1.CommandCause;
import dev.pawl.v1.Event;
import dev.pawl.v1.RunEnded;
import dev.pawl.v1.RunMoved;
import dev.pawl.v1.StepEnd;
import dev.pawl.v1.StepsEnded;
import dev.pawl.v1.TaskRunState;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTextTest {
  private static Event.Builder commanded(String reason) {
    return Event.newBuilder()
        .setCause(Cause.newBuilder().setCommand(CommandCause.newBuilder().setReason(reason)));
  }

  private static String moved(String reason, RunMoved.Builder moved) {
    return EventText.detail(commanded(reason).setRunMoved(moved).build());
  }

  @Test
  void a_run_that_goes_on_tells_what_is_done_again_and_why() {
    assertThat(moved("disk is bigger", RunMoved.newBuilder().addReopenedSteps("swap")))
        .isEqualTo("again swap, disk is bigger");
    assertThat(moved("", RunMoved.newBuilder().setRedone(true))).isEqualTo("all steps again");
    assertThat(moved("lunch", RunMoved.newBuilder())).isEqualTo("lunch");
    assertThat(
            moved(
                "",
                RunMoved.newBuilder()
                    .addAllReopenedSteps(List.of("a", "b", "c", "d", "e", "f", "g"))))
        .isEqualTo("again a, b, c, d, e and 2 more");
  }

  @Test
  void a_step_and_a_run_that_were_passed_say_so() {
    assertThat(
            EventText.detail(
                commanded("swapped by hand")
                    .setStepsEnded(
                        StepsEnded.newBuilder()
                            .addSteps(
                                StepEnd.newBuilder()
                                    .setTask("swap")
                                    .setState(TaskRunState.TASK_RUN_STATE_SUCCEEDED)
                                    .setPassed(true)))
                    .build()))
        .isEqualTo("swap SUCCEEDED (passed), swapped by hand");
    assertThat(
            EventText.detail(
                commanded("finished by hand")
                    .setRunEnded(RunEnded.newBuilder().setReason("PASSED"))
                    .build()))
        .isEqualTo("PASSED, finished by hand");
  }
}
