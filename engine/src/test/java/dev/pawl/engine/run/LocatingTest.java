package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.RUN;
import static dev.pawl.engine.run.RunFixture.end;
import static dev.pawl.engine.run.RunFixture.plan;
import static dev.pawl.engine.run.RunFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import dev.pawl.engine.definition.Plan;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LocatingTest {
  private static final Steps STEPS = Steps.open(6);

  static Stream<Arguments> runs() {
    StepStatus done = StepStatus.SUCCEEDED;
    StepStatus failed = StepStatus.FAILED;
    StepStatus running = StepStatus.RUNNING;
    StepStatus ready = StepStatus.WAIT_DISPATCH;
    StepStatus pending = StepStatus.WAIT_UPSTREAM;
    return Stream.of(
        Arguments.of(List.of(done, running, ready, failed, failed, pending), 3),
        Arguments.of(List.of(done, pending, ready, running, done, running), 3),
        Arguments.of(List.of(done, pending, done, ready, pending, ready), 3),
        Arguments.of(List.of(done, done, pending, pending, done, pending), 2),
        Arguments.of(List.of(failed, running, StepStatus.ROLLING_BACK, ready, pending, pending), 2),
        Arguments.of(
            List.of(
                failed, StepStatus.ROLLING_BACK, StepStatus.ROLLBACK_FAILED, ready, done, pending),
            2),
        Arguments.of(
            List.of(done, StepStatus.RETRY_WAIT, StepStatus.TERMINATING, ready, pending, pending),
            2));
  }

  @ParameterizedTest
  @MethodSource("runs")
  @Covers({"OBS-8", "OBS-37"})
  void a_run_is_at_its_first_step_that_failed_else_runs_else_is_ready_else_is_pending(
      List<StepStatus> statuses, int expected) {
    assertThat(Locating.current(RunStatus.RUNNING, STEPS, statuses::get)).isEqualTo(expected);
  }

  private static Portrait ended(RunStatus status, StepEnd.Outcome outcome, int... order) {
    Plan plan = plan("a", "b", "c");
    RunEvent[] events = new RunEvent[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      events[i] = new RunEvent.StepsEnded(List.of(at(i, end(order[i], outcome))));
    }
    events[order.length] = new RunEvent.Ended(status, "", OptionalInt.empty(), Map.of());
    return Portrait.of(RUN, plan, state(plan, events), null);
  }

  /** The same end, so many seconds later. */
  private static StepEnd at(int seconds, StepEnd end) {
    return new StepEnd(
        end.index(),
        end.outcome(),
        end.reason(),
        end.message(),
        end.lastLogLine(),
        end.attempt(),
        end.fence(),
        end.worker(),
        end.startedAt(),
        end.endedAt().plusSeconds(seconds),
        end.outputs(),
        end.passed());
  }

  @Test
  @Covers("OBS-37")
  void a_run_that_is_done_is_at_the_step_that_was_done_last_and_an_empty_one_at_its_first() {
    assertThat(ended(RunStatus.SUCCEEDED, StepEnd.Outcome.SUCCEEDED, 0, 2, 1).current())
        .isEqualTo(1);
    assertThat(ended(RunStatus.ROLLED_BACK, StepEnd.Outcome.ROLLED_BACK, 2, 1).current())
        .isEqualTo(1);
    assertThat(ended(RunStatus.ROLLED_BACK, StepEnd.Outcome.ROLLED_BACK).current()).isZero();
  }

  @Test
  @Covers("OCP-17")
  void a_step_is_found_by_a_part_of_its_name_and_by_its_state() {
    Plan plan = plan("load-orders", "load-users", "report");
    Map<Integer, StepStatus> statuses =
        Map.of(0, StepStatus.SUCCEEDED, 1, StepStatus.RUNNING, 2, StepStatus.WAIT_UPSTREAM);

    assertThat(Locating.fitting(plan, new Runs.Sought("LOAD", Set.of(), 0), statuses::get))
        .containsExactly(0, 1);
    assertThat(
            Locating.fitting(
                plan, new Runs.Sought("", Set.of(StepStatus.RUNNING), 0), statuses::get))
        .containsExactly(1);
    assertThat(
            Locating.fitting(
                plan, new Runs.Sought("report", Set.of(StepStatus.RUNNING), 0), statuses::get))
        .isEmpty();
  }
}
