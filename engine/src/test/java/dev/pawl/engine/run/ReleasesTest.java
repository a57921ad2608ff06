package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.RUN;
import static dev.pawl.engine.run.RunFixture.failed;
import static dev.pawl.engine.run.RunFixture.ok;
import static dev.pawl.engine.run.RunFixture.plan;
import static dev.pawl.engine.run.RunFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.run.RunState.Live;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReleasesTest {
  private static final RunEvent[] PAUSED = {new RunEvent.PauseBegan(false), new RunEvent.Paused()};
  private static final RunEvent[] CONTINUED = {
    PAUSED[0], PAUSED[1], new RunEvent.Continued(List.of())
  };

  /** The first task is done once more. */
  private static final RunEvent REDONE =
      new RunEvent.StepRedone(new Again(0, StepEnd.Outcome.SUCCEEDED));

  /** One at a time. */
  private final Plan plan = plan(1, "a", "b", "c");

  /** What each task was told last. */
  private final Map<String, Order> told = new TreeMap<>();

  private final Live paused = (Live) state(plan, PAUSED);
  private final Live continued = (Live) state(plan, CONTINUED);
  private final Releases releases = recovered(plan, paused);

  private Releases releases(Plan of, Live live) {
    return new Releases(
        RUN, of, live, (execution, directive, _) -> told.put(execution.task(), directive.order()));
  }

  private Releases recovered(Plan of, Live live) {
    told.clear();
    Releases recovered = releases(of, live);
    recovered.recover(live);
    return recovered;
  }

  private void stands(Live live, String task, ExecutionStatus status) {
    releases.stood(live, standing(live, task, status));
  }

  private static Standing standing(Live live, String task, ExecutionStatus status) {
    return new Standing(
        new ExecutionId(RUN, task, 0),
        live.trail().sequence(),
        status,
        status == ExecutionStatus.READY,
        0,
        0,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void a_run_that_recovered_in_a_pause_asks_all_and_begins_only_as_many_as_it_may() {
    assertThat(told).isEqualTo(Map.of("a", Order.HOLD, "b", Order.HOLD, "c", Order.HOLD));

    // Before any has answered.
    releases.direct(continued);
    assertThat(told.values()).containsOnly(Order.HOLD);
    stands(continued, "a", ExecutionStatus.READY);
    stands(continued, "b", ExecutionStatus.READY);
    assertThat(told.values()).containsOnly(Order.HOLD);

    stands(continued, "c", ExecutionStatus.READY);

    assertThat(told.values()).containsExactlyInAnyOrder(Order.GO, Order.HOLD, Order.HOLD);
  }

  @Test
  void what_is_found_at_work_is_what_goes_on() {
    releases.direct(continued);
    stands(continued, "a", ExecutionStatus.READY);
    stands(continued, "b", ExecutionStatus.RUNNING);
    stands(continued, "c", ExecutionStatus.READY);

    assertThat(told).isEqualTo(Map.of("a", Order.HOLD, "b", Order.GO, "c", Order.HOLD));
  }

  @Test
  void who_has_answered_already_is_not_asked_again() {
    stands(paused, "a", ExecutionStatus.READY);
    stands(paused, "b", ExecutionStatus.READY);
    stands(paused, "c", ExecutionStatus.READY);

    releases.direct(continued);

    assertThat(told.values()).containsExactlyInAnyOrder(Order.GO, Order.HOLD, Order.HOLD);
  }

  @Test
  void an_end_stands_for_the_last_answer() {
    releases.direct(continued);
    stands(continued, "b", ExecutionStatus.READY);
    stands(continued, "c", ExecutionStatus.READY);

    Live without =
        (Live)
            state(
                plan,
                CONTINUED[0],
                CONTINUED[1],
                CONTINUED[2],
                new RunEvent.StepsEnded(List.of(ok(0))));
    releases.ended(without, List.of(ok(0)));
    releases.direct(without);

    assertThat(told).containsEntry("a", Order.HOLD);
    assertThat(List.of(told.get("b"), told.get("c")))
        .containsExactlyInAnyOrder(Order.GO, Order.HOLD);
  }

  @Test
  void a_step_that_is_retried_beside_another_failure_begins_though_many_were_asked() {
    Plan wide = plan(1, "a", "b", "c", "d");
    RunEvent failures = new RunEvent.StepsEnded(List.of(failed(0), failed(1)));
    Live before = (Live) state(wide, failures);
    Releases asked = recovered(wide, before);
    for (String task : List.of("c", "d")) {
      asked.stood(before, standing(before, task, ExecutionStatus.READY));
    }
    List<Again> again = List.of(new Again(0, StepEnd.Outcome.FAILED));

    asked.reopened(again);
    asked.direct((Live) state(wide, failures, new RunEvent.Retried(again)));

    assertThat(told).isEqualTo(Map.of("a", Order.GO, "c", Order.FINISH, "d", Order.FINISH));
  }

  @Test
  void what_was_released_and_has_not_begun_waits_for_a_step_that_is_redone() {
    Redone run = new Redone();
    run.redo();
    assertThat(told).isEqualTo(Map.of("a", Order.GO, "b", Order.HOLD, "c", Order.HOLD));

    run.stands("b", ExecutionStatus.READY);
    run.stands("c", ExecutionStatus.RUNNING);

    assertThat(run.releases.isReleased(1)).isFalse();
    assertThat(told).containsEntry("c", Order.GO);
    told.clear();
    run.stands("c", ExecutionStatus.RUNNING);
    assertThat(told).as("told once").isEmpty();

    run.succeedsAgain();

    assertThat(told).isEqualTo(Map.of("b", Order.GO));
  }

  @Test
  void a_run_that_recovered_asks_who_may_have_begun_before_a_step_was_redone() {
    Plan graph = plan(1, "a", "b<a", "c<b");
    RunEvent done = new RunEvent.StepsEnded(List.of(ok(0)));
    Live now = (Live) state(graph, done, REDONE);
    Releases asking = recovered(graph, now);
    assertThat(told)
        .as("one may be in flight, and b may be; c can never have begun")
        .isEqualTo(Map.of("a", Order.HOLD, "b", Order.HOLD));

    asking.stood(now, standing(now, "b", ExecutionStatus.RUNNING));
    asking.stood(now, standing(now, "a", ExecutionStatus.READY));

    assertThat(told).isEqualTo(Map.of("a", Order.HOLD, "b", Order.GO));
    assertThat(asking.quietWithout(List.of())).isFalse();
  }

  @Test
  void a_run_that_recovered_lets_wait_who_has_not_begun_before_a_step_was_redone() {
    Plan graph = plan(1, "a", "b<a");
    RunEvent done = new RunEvent.StepsEnded(List.of(ok(0)));
    Live now = (Live) state(graph, done, REDONE);
    Releases asking = recovered(graph, now);

    asking.stood(now, standing(now, "a", ExecutionStatus.READY));
    asking.stood(now, standing(now, "b", ExecutionStatus.READY));

    assertThat(told).isEqualTo(Map.of("a", Order.GO, "b", Order.HOLD));
    assertThat(asking.isReleased(1)).isFalse();
  }

  /** Two steps that need a were released before a is done once more. */
  private final class Redone {
    private final Plan graph = plan("a", "b<a", "c<a");
    private final RunEvent done = new RunEvent.StepsEnded(List.of(ok(0)));
    private final Live before = (Live) state(graph, done);
    private Live now = (Live) state(graph, done, REDONE);
    private final Releases releases = releases(graph, before);

    void redo() {
      told.clear();
      releases.direct(before);
      assertThat(told).isEqualTo(Map.of("b", Order.GO, "c", Order.GO));
      releases.take(now, REDONE);
      releases.direct(now);
    }

    void stands(String task, ExecutionStatus status) {
      releases.stood(now, standing(now, task, status));
    }

    void succeedsAgain() {
      StepEnd end = RunFixture.end(0, StepEnd.Outcome.SUCCEEDED, "", 2);
      RunEvent.StepsEnded ended = new RunEvent.StepsEnded(List.of(end));
      now = (Live) state(graph, done, REDONE, ended);
      releases.take(now, ended);
      releases.direct(now);
    }
  }
}
