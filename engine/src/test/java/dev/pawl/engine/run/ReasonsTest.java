package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.RUN;
import static dev.pawl.engine.run.RunFixture.end;
import static dev.pawl.engine.run.RunFixture.failed;
import static dev.pawl.engine.run.RunFixture.ok;
import static dev.pawl.engine.run.RunFixture.plan;
import static dev.pawl.engine.run.RunFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.explain.Reason.Other;
import dev.pawl.engine.explain.Reason.Others;
import dev.pawl.engine.explain.Reason.Turn;
import dev.pawl.engine.run.RunEvent.StopReason;
import dev.pawl.engine.run.RunState.Live;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a run knows of why it and its steps are where they are. */
class ReasonsTest {
  private static final Instant NOW = RunFixture.NOW;
  private static final Optional<Turn> TURN = Optional.of(new Turn(RunFixture.BY_CHILD, NOW));
  private static final Others NONE = new Others(List.of(), 0);

  private static Others others(Other... others) {
    return new Others(List.of(others), others.length);
  }

  /** A live run whose executions stand so, by task. */
  private static Portrait live(
      Plan plan, Map<String, ExecutionStatus> standings, RunEvent... then) {
    Live live = (Live) state(plan, then);
    Releases releases = new Releases(RUN, plan, live, (_, _, _) -> {});
    releases.direct(live);
    standings.forEach((task, status) -> releases.stood(live, standing(live, task, status)));
    return Portrait.of(RUN, plan, live, releases);
  }

  private static Standing standing(Live live, String task, ExecutionStatus status) {
    boolean ready = status == ExecutionStatus.READY;
    return new Standing(
        new ExecutionId(RUN, task, 0),
        live.trail().sequence(),
        status,
        ready,
        ready ? 0 : 1,
        ready ? 0 : 1,
        ready ? "" : "w1",
        Optional.empty(),
        status == ExecutionStatus.RETRY_WAIT ? Optional.of(NOW) : Optional.empty(),
        Optional.empty());
  }

  private static Portrait ended(Plan plan, RunEvent... then) {
    return Portrait.of(RUN, plan, state(plan, then), null);
  }

  private static List<Reason> step(Portrait portrait, int index) {
    return portrait.reasons().explain(index).reasons();
  }

  @Test
  void a_step_waits_for_those_that_it_needs_and_that_did_not_succeed() {
    Portrait run =
        live(
            plan("a", "b", "c", "d<a,b,c"),
            Map.of("b", ExecutionStatus.RUNNING),
            new RunEvent.StepsEnded(List.of(ok(0))));

    assertThat(step(run, 3))
        .containsExactly(
            new Reason.Upstream(
                others(
                    new Other("b", StepStatus.RUNNING), new Other("c", StepStatus.WAIT_DISPATCH))));
    assertThat(run.step(3, false).waitsFor()).isEqualTo("upstream: b, c");
  }

  @Test
  void a_step_that_could_begin_wants_a_slot_of_its_group() {
    Portrait run = live(plan("a"), Map.of("a", ExecutionStatus.READY));

    assertThat(step(run, 0))
        .containsExactly(
            new Reason.Slot("default", Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(run.step(0, false).waitsFor()).isEqualTo("a free slot in group default");
    assertThat(run.reasons().ofRun()).containsExactly(new Reason.InFlight(NONE, Optional.empty()));
  }

  @Test
  void no_more_steps_are_in_flight_than_may_be_and_each_of_the_others_has_its_turn() {
    Portrait run = live(plan(1, "a", "b", "c"), Map.of("a", ExecutionStatus.RUNNING));

    assertThat(step(run, 1)).containsExactly(new Reason.FlightLimit(1, 1, 0, ""));
    assertThat(step(run, 2)).containsExactly(new Reason.FlightLimit(1, 1, 1, ""));
    assertThat(run.step(2, false).waitsFor()).isEqualTo("fewer than 1 steps of this run in flight");
  }

  @Test
  void behind_a_failed_step_nothing_new_starts_and_the_nearest_one_is_to_blame() {
    Portrait run =
        live(
            plan(1, "a", "x", "b<a", "c<b", "y"),
            Map.of("x", ExecutionStatus.RUNNING),
            new RunEvent.StepsEnded(List.of(failed(1), ok(0))),
            new RunEvent.StepsEnded(List.of(failed(2))));

    Reason b = new Reason.NothingNew(new Other("b", StepStatus.FAILED), "EXIT_CODE");
    Reason x = new Reason.NothingNew(new Other("x", StepStatus.FAILED), "EXIT_CODE");
    assertThat(step(run, 3))
        .containsExactly(new Reason.Upstream(others(new Other("b", StepStatus.FAILED))), b);
    assertThat(step(run, 4)).containsExactly(x);
    assertThat(run.step(4, false).waitsFor()).isEqualTo("nothing: the run starts nothing new");
    assertThat(run.reasons().ofRun()).startsWith(x);
  }

  @Test
  void a_pause_says_who_wants_it_since_when_and_what_is_still_in_flight() {
    Plan plan = plan("a", "b");
    Portrait pausing =
        live(
            plan,
            Map.of("a", ExecutionStatus.RUNNING, "b", ExecutionStatus.READY),
            new RunEvent.PauseBegan(false));
    // Those that were released before the pause are told of it, and stand where they stood.
    Reason.RunPaused reason = (Reason.RunPaused) pausing.reasons().ofRun().getFirst();
    assertThat(reason.settled()).isFalse();
    assertThat(reason.turn()).isEqualTo(TURN);

    Portrait paused = live(plan, Map.of(), new RunEvent.PauseBegan(false), new RunEvent.Paused());
    Reason held = new Reason.RunPaused(false, true, TURN, NONE);
    assertThat(paused.reasons().ofRun()).containsExactly(held);
    assertThat(step(paused, 1)).containsExactly(held);
    assertThat(paused.step(1, false).waitsFor()).isEqualTo("the run to continue");
  }

  @Test
  void a_stop_and_a_rollback_say_the_same() {
    Portrait stopping =
        live(plan("a", "b<a"), Map.of(), new RunEvent.StopBegan(StopReason.RUN_TIMED_OUT));
    assertThat(stopping.reasons().ofRun())
        .containsExactly(new Reason.RunStopping("RUN_TIMED_OUT", TURN, NONE));
    assertThat(step(stopping, 1)).contains(new Reason.RunStopping("RUN_TIMED_OUT", TURN, NONE));

    Portrait back = rollingBack(Map.of());
    assertThat(back.reasons().ofRun())
        .containsExactly(
            new Reason.RunRollingBack(
                false, TURN, others(new Other("b", StepStatus.ROLLING_BACK))));
  }

  private static Portrait rollingBack(Map<String, ExecutionStatus> standings) {
    return live(
        RunFixture.withUndo("a", "b<a"),
        standings,
        new RunEvent.StepsEnded(List.of(ok(0))),
        new RunEvent.StepsEnded(List.of(failed(1))),
        new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(1), Map.of()),
        new RunEvent.RollbackBegan(
            List.of(
                new Again(0, StepEnd.Outcome.SUCCEEDED), new Again(1, StepEnd.Outcome.FAILED))));
  }

  @Test
  void a_step_that_is_to_be_undone_waits_for_the_undo_of_those_behind_it() {
    Portrait run = rollingBack(Map.of("b", ExecutionStatus.ROLLING_BACK));

    assertThat(step(run, 0))
        .startsWith(new Reason.Undo(others(new Other("b", StepStatus.ROLLING_BACK))));
    assertThat(run.step(0, false).waitsFor()).isEqualTo("the undo of: b");
    assertThat(step(run, 1))
        .startsWith(
            new Reason.AtWork(Operation.ROLLBACK, "w1", 1, 1, Optional.empty(), Optional.empty()));
  }

  @Test
  void what_waits_for_a_retry_or_is_told_to_stop_says_so() {
    Portrait run =
        live(
            plan("a", "b"),
            Map.of("a", ExecutionStatus.RETRY_WAIT, "b", ExecutionStatus.TERMINATING));

    assertThat(step(run, 0)).containsExactly(new Reason.Retry(2, 2, Optional.of(NOW), ""));
    assertThat(step(run, 1)).containsExactly(new Reason.Stopping("w1", Optional.empty()));
  }

  @Test
  void a_step_that_has_ended_says_how() {
    Portrait run =
        ended(
            plan("a", "b<a"),
            new RunEvent.StepsEnded(List.of(failed(0))),
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()));

    Reason over = new Reason.RunOver(RunStatus.FAILED, "TASK_FAILED", "a", NOW);
    assertThat(step(run, 0))
        .containsExactly(new Reason.StepOver(StepStatus.FAILED, "EXIT_CODE", "", "", NOW, false));
    assertThat(step(run, 1))
        .containsExactly(
            new Reason.NothingNew(new Other("a", StepStatus.FAILED), "EXIT_CODE"), over);
    assertThat(run.reasons().ofRun()).containsExactly(over);
    assertThat(run.step(1, false).waitsFor()).isEmpty();
  }

  @Test
  void what_a_forced_pause_ended_waits_for_the_run_to_continue() {
    Portrait run =
        live(
            plan("a"),
            Map.of(),
            new RunEvent.PauseBegan(true),
            new RunEvent.StepsEnded(
                List.of(end(0, StepEnd.Outcome.TERMINATED, StepEnd.FORCED_PAUSE, 1))),
            new RunEvent.Paused());

    assertThat(step(run, 0))
        .extracting(reason -> (Object) reason.getClass())
        .containsExactly(Reason.StepOver.class, Reason.RunPaused.class);
  }

  @Test
  void the_steps_that_explain_a_run_are_those_that_matter_and_not_too_many() {
    String[] tasks = new String[40];
    for (int index = 0; index < tasks.length; index++) {
      tasks[index] = "t" + index;
    }
    Portrait run =
        live(
            plan(2, tasks),
            Map.of(),
            new RunEvent.StepsEnded(List.of(ok(0))),
            new RunEvent.StepsEnded(List.of(failed(7))));

    List<Explanation.OfStep> steps = run.reasons().ofStepsThatMatter();

    assertThat(steps).hasSize(Explanation.MOST_STEPS);
    assertThat(steps).extracting(Explanation.OfStep::step).startsWith("t7", "t1", "t2");
    assertThat(steps).extracting(Explanation.OfStep::step).doesNotContain("t0");
  }
}
