package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.BY_CALLER;
import static dev.pawl.engine.run.RunFixture.BY_CHILD;
import static dev.pawl.engine.run.RunFixture.NOW;
import static dev.pawl.engine.run.RunFixture.accepted;
import static dev.pawl.engine.run.RunFixture.end;
import static dev.pawl.engine.run.RunFixture.failed;
import static dev.pawl.engine.run.RunFixture.header;
import static dev.pawl.engine.run.RunFixture.number;
import static dev.pawl.engine.run.RunFixture.ok;
import static dev.pawl.engine.run.RunFixture.plan;
import static dev.pawl.engine.run.RunFixture.rejected;
import static dev.pawl.engine.run.RunFixture.state;
import static dev.pawl.engine.run.RunFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.ManagedBy;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunEvent.StopReason;
import dev.pawl.engine.run.RunRejection.InvalidParameters;
import dev.pawl.engine.run.RunRejection.Mistake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunDeciderTest {
  private static final Plan CHAIN = plan("a", "b<a", "c<b");

  private static Decision<RunEvent, RunRejection> decide(
      RunState state, Plan plan, RunCommand command) {
    return RunDecider.decide(state, plan, command, BY_CHILD, NOW);
  }

  private static RunCommand.Settle settle(boolean quiet, StepEnd... ends) {
    return new RunCommand.Settle(List.of(ends), quiet);
  }

  @Test
  void starting_writes_defaults_labels_and_the_deadline_into_the_header() {
    Plan plan =
        plan(
            Profile.OFFLINE,
            Optional.of(Duration.ofMinutes(5)),
            List.of(
                new ParameterPlan(
                    "zone",
                    ValueType.STRING,
                    Optional.of(Value.newBuilder().setStringValue("z1").build()))),
            Map.of(),
            "a");
    var events =
        accepted(decide(RunDecider.absent(), plan, new RunCommand.Start(header(plan, Map.of()))));
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            RunEvent.Created.class,
            created -> {
              assertThat(created.header().parameters()).containsEntry("zone", text("z1"));
              assertThat(created.header().labels()).containsEntry("team", "core");
              assertThat(created.header().deadline()).contains(NOW.plus(Duration.ofMinutes(5)));
              assertThat(created.header().taskCount()).isEqualTo(1);
            });
  }

  @Test
  void a_start_names_every_mistake_of_its_parameters() {
    Plan plan =
        plan(
            Profile.OFFLINE,
            Optional.empty(),
            List.of(
                new ParameterPlan("version", ValueType.STRING, Optional.empty()),
                new ParameterPlan("count", ValueType.INTEGER, Optional.empty())),
            Map.of(),
            "a");
    var start =
        new RunCommand.Start(header(plan, Map.of("count", number(1.5), "cuont", number(1))));
    assertThat(rejected(decide(RunDecider.absent(), plan, start)))
        .isEqualTo(
            new InvalidParameters(
                List.of(
                    new Mistake("version", "required (STRING) and not given"),
                    new Mistake("count", "expected INTEGER, got NUMBER"),
                    new Mistake(
                        "cuont", "not declared by the definition; it declares version, count"))));
  }

  @Test
  @Covers("SYS-3")
  void a_repeated_start_changes_nothing_and_one_with_another_body_is_refused() {
    RunState running = state(CHAIN);
    RunHeader same = header(CHAIN, Map.of());
    assertThat(accepted(decide(running, CHAIN, new RunCommand.Start(same)))).isEmpty();
    RunHeader other =
        new RunHeader(
            same.definition(),
            1,
            "abc",
            0,
            Map.of(),
            Map.of(),
            "ann",
            "r-0",
            "another hash",
            "",
            NOW,
            Optional.empty());
    assertThat(rejected(decide(running, CHAIN, new RunCommand.Start(other))))
        .isEqualTo(new RunRejection.RequestIdReused());
  }

  @Test
  void a_run_succeeds_with_its_outputs_in_the_commit_that_ends_its_last_task() {
    Plan plan =
        plan(
            Profile.OFFLINE,
            Optional.empty(),
            List.of(),
            Map.of("total", new Source.FromOutput(1, "size")),
            "a",
            "b<a");
    RunState state = state(plan, new RunEvent.StepsEnded(List.of(ok(0))));
    StepEnd last = end(1, StepEnd.Outcome.SUCCEEDED, Map.of("size", number(7)));
    assertThat(accepted(decide(state, plan, settle(true, last))))
        .containsExactly(
            new RunEvent.StepsEnded(List.of(last)),
            new RunEvent.Ended(
                RunStatus.SUCCEEDED, "", OptionalInt.empty(), Map.of("total", number(7))));
  }

  @Test
  void a_failure_waits_for_siblings_that_are_at_work() {
    Plan plan = plan("a", "b", "c<a,b");
    RunState state = state(plan);
    assertThat(accepted(decide(state, plan, settle(false, failed(0)))))
        .containsExactly(new RunEvent.StepsEnded(List.of(failed(0))));
    RunState waiting = state(plan, new RunEvent.StepsEnded(List.of(failed(0))));
    assertThat(accepted(decide(waiting, plan, settle(true, ok(1)))))
        .containsExactly(
            new RunEvent.StepsEnded(List.of(ok(1))),
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()));
  }

  @Test
  void an_end_that_is_known_already_changes_nothing() {
    RunState state = state(CHAIN, new RunEvent.StepsEnded(List.of(ok(0))));
    assertThat(accepted(decide(state, CHAIN, settle(false, failed(0))))).isEmpty();
    assertThat(accepted(decide(state, CHAIN, settle(false, ok(1), ok(1)))))
        .containsExactly(new RunEvent.StepsEnded(List.of(ok(1))));
  }

  @Test
  void a_pausing_run_is_paused_once_nothing_is_at_work() {
    RunState pausing = state(CHAIN, new RunEvent.PauseBegan(false));
    assertThat(accepted(decide(pausing, CHAIN, settle(false)))).isEmpty();
    assertThat(accepted(decide(pausing, CHAIN, settle(true, ok(0)))))
        .containsExactly(new RunEvent.StepsEnded(List.of(ok(0))), new RunEvent.Paused());
  }

  @Test
  void a_pausing_run_whose_last_task_succeeds_has_succeeded() {
    Plan plan = plan("a");
    RunState pausing = state(plan, new RunEvent.PauseBegan(false));
    assertThat(accepted(decide(pausing, plan, settle(true, ok(0)))))
        .last()
        .isInstanceOfSatisfying(
            RunEvent.Ended.class,
            ended -> assertThat(ended.status()).isEqualTo(RunStatus.SUCCEEDED));
  }

  @Test
  void a_stopped_run_ends_terminated_even_when_its_last_task_succeeded_meanwhile() {
    Plan plan = plan("a");
    RunState stopping = state(plan, new RunEvent.StopBegan(StopReason.STOPPED));
    assertThat(accepted(decide(stopping, plan, settle(true, ok(0)))))
        .last()
        .isEqualTo(
            new RunEvent.Ended(RunStatus.TERMINATED, "STOPPED", OptionalInt.empty(), Map.of()));
  }

  @Test
  void a_run_past_its_deadline_stops_what_runs_and_ends_failed() {
    Plan plan =
        plan(Profile.OFFLINE, Optional.of(Duration.ofSeconds(30)), List.of(), Map.of(), "a");
    RunState running = state(plan);
    var early =
        RunDecider.decide(running, plan, new RunCommand.TimeOut(), BY_CHILD, NOW.plusSeconds(29));
    assertThat(accepted(early)).isEmpty();
    var due =
        RunDecider.decide(running, plan, new RunCommand.TimeOut(), BY_CHILD, NOW.plusSeconds(30));
    assertThat(accepted(due)).containsExactly(new RunEvent.StopBegan(StopReason.RUN_TIMED_OUT));
    RunState stopping = state(plan, new RunEvent.StopBegan(StopReason.RUN_TIMED_OUT));
    assertThat(accepted(decide(stopping, plan, settle(true))))
        .containsExactly(
            new RunEvent.Ended(RunStatus.FAILED, "RUN_TIMED_OUT", OptionalInt.empty(), Map.of()));
  }

  @Test
  @Covers("SYS-3")
  void a_request_that_was_acted_on_is_not_acted_on_again() {
    RunState running = state(CHAIN);
    var pause =
        RunDecider.decide(
            running,
            CHAIN,
            new RunCommand.Execute(RunVerb.PAUSE, Optional.empty()),
            BY_CALLER,
            NOW);
    assertThat(accepted(pause)).containsExactly(new RunEvent.PauseBegan(false));
    RunState pausing =
        RunDecider.evolve(
            running, RunDecider.fact(running, new RunEvent.PauseBegan(false), BY_CALLER, NOW));
    RunState continued =
        RunDecider.evolve(
            pausing, RunDecider.fact(pausing, new RunEvent.Continued(List.of()), BY_CHILD, NOW));
    assertThat(
            accepted(
                RunDecider.decide(
                    continued,
                    CHAIN,
                    new RunCommand.Execute(RunVerb.PAUSE, Optional.empty()),
                    BY_CALLER,
                    NOW)))
        .isEmpty();
    Cause reused = new Cause.Command("r-1", "another hash", "ann", "");
    assertThat(
            rejected(
                RunDecider.decide(
                    continued,
                    CHAIN,
                    new RunCommand.Execute(RunVerb.STOP, Optional.empty()),
                    reused,
                    NOW)))
        .isEqualTo(new RunRejection.RequestIdReused());
  }

  private static final RunEvent A_FAILED = new RunEvent.StepsEnded(List.of(failed(0)));
  private static final RunEvent RUN_FAILED =
      new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of());

  private static List<RunEvent> execute(RunState state, Plan plan, RunVerb verb, int task) {
    return accepted(
        RunDecider.decide(
            state,
            plan,
            new RunCommand.Execute(
                verb,
                task < 0
                    ? Optional.empty()
                    : Optional.of(new RunCommand.Step(task, StepStatus.FAILED))),
            BY_CALLER,
            NOW.plusSeconds(60)));
  }

  @Test
  void a_retry_opens_all_that_failed_and_no_more() {
    Plan plan = plan("a", "b", "c", "d<a");
    StepEnd stopped = end(2, StepEnd.Outcome.TERMINATED, "STOPPED", 1);
    RunState failed =
        state(plan, new RunEvent.StepsEnded(List.of(failed(0), ok(1), stopped)), RUN_FAILED);

    assertThat(execute(failed, plan, RunVerb.RETRY, -1))
        .containsExactly(
            new RunEvent.Retried(
                List.of(
                    new Again(0, StepEnd.Outcome.FAILED),
                    new Again(2, StepEnd.Outcome.TERMINATED))));
  }

  @Test
  void an_end_of_before_the_retry_is_past_and_the_next_counts() {
    Plan plan = plan("a");
    RunState retried =
        state(
            plan,
            A_FAILED,
            RUN_FAILED,
            new RunEvent.Retried(List.of(new Again(0, StepEnd.Outcome.FAILED))));
    assertThat(RunDecider.status(retried)).isEqualTo(RunStatus.RUNNING);
    assertThat(accepted(decide(retried, plan, settle(false, failed(0))))).isEmpty();
    StepEnd second = end(0, StepEnd.Outcome.SUCCEEDED, "", 2);
    assertThat(accepted(decide(retried, plan, settle(true, second))))
        .first()
        .isEqualTo(new RunEvent.StepsEnded(List.of(second)));
  }

  @Test
  void the_timeout_of_a_run_counts_anew_from_its_retry() {
    Plan plan =
        plan(Profile.OFFLINE, Optional.of(Duration.ofSeconds(30)), List.of(), Map.of(), "a");
    RunState failed = state(plan, A_FAILED, RUN_FAILED);
    RunEvent retry = execute(failed, plan, RunVerb.RETRY, -1).getFirst();
    RunState retried =
        RunDecider.evolve(
            failed, RunDecider.fact(failed, retry, BY_CALLER, NOW.plusSeconds(1_000)));

    assertThat(
            accepted(
                RunDecider.decide(
                    retried, plan, new RunCommand.TimeOut(), BY_CHILD, NOW.plusSeconds(1_029))))
        .isEmpty();
    assertThat(
            accepted(
                RunDecider.decide(
                    retried, plan, new RunCommand.TimeOut(), BY_CHILD, NOW.plusSeconds(1_030))))
        .containsExactly(new RunEvent.StopBegan(StopReason.RUN_TIMED_OUT));
  }

  @Test
  @Covers({"OCP-22", "OBS-19"})
  void a_passed_step_counts_as_succeeded() {
    Plan plan = plan("a", "b<a");
    RunState failed = state(plan, A_FAILED, RUN_FAILED);
    RunEvent passed = execute(failed, plan, RunVerb.PASS, 0).getFirst();
    assertThat(passed)
        .isEqualTo(
            new RunEvent.StepPassed(failed(0).pass(NOW.plusSeconds(60)), StepEnd.Outcome.FAILED));
    RunState going =
        RunDecider.evolve(failed, RunDecider.fact(failed, passed, BY_CALLER, NOW.plusSeconds(60)));
    assertThat(RunDecider.status(going)).isEqualTo(RunStatus.RUNNING);
    assertThat(RunDecider.steps(going).succeeded(0)).isTrue();
  }

  @Test
  @Covers("OBS-17")
  void what_a_definition_forbids_is_refused_for_the_step_and_for_its_run() {
    Plan plan = plan("a", "b<a");
    TaskPlan a = plan.task(0);
    Plan strict =
        new Plan(
            plan.kind(),
            plan.name(),
            plan.displayName(),
            plan.profile(),
            plan.folder(),
            plan.owners(),
            plan.labels(),
            plan.parameters(),
            List.of(
                new TaskPlan(
                    0,
                    "a",
                    "",
                    a.needs(),
                    a.group(),
                    a.inputs(),
                    a.timeout(),
                    a.grace(),
                    a.retry(),
                    a.outputs(),
                    false,
                    a.placement(),
                    Set.of(RunVerb.PASS),
                    false,
                    Optional.empty(),
                    Optional.empty()),
                plan.task(1)),
            plan.timeout(),
            plan.maxInFlight(),
            plan.outputs());
    RunState failed = state(strict, A_FAILED, RUN_FAILED);

    assertThat(RunRules.allowed(failed, strict))
        .containsExactly(RunVerb.RETRY, RunVerb.ROLLBACK, RunVerb.REDO);
    assertThat(
            rejected(
                RunDecider.decide(
                    failed,
                    strict,
                    new RunCommand.Execute(
                        RunVerb.PASS, Optional.of(new RunCommand.Step(0, StepStatus.FAILED))),
                    BY_CALLER,
                    NOW)))
        .isEqualTo(
            new RunRejection.StepConflict(
                "a",
                RunVerb.PASS,
                StepStatus.FAILED,
                "forbidden by its definition",
                List.of(RunVerb.RETRY, RunVerb.REDO)));
  }

  @Test
  @Covers("OCP-25")
  void a_waiting_step_takes_no_command() {
    Plan ops = RunFixture.withUndo("a", "b<a");
    RunState running = state(ops);
    assertThat(allowed(running, ops, 0, StepStatus.WAIT_DISPATCH)).isEmpty();
    assertThat(allowed(running, ops, 1, StepStatus.WAIT_UPSTREAM)).isEmpty();
  }

  @Test
  @Covers("OBS-23")
  void a_step_whose_undo_failed_is_repeated_though_its_undo_was_to_be_tried_again() {
    Plan plan = RunFixture.withUndoAndForwardAgain("a", "b<a");
    RunState hanging =
        state(
            plan,
            new RunEvent.StepsEnded(List.of(RunFixture.ok(0))),
            new RunEvent.StepsEnded(List.of(failed(1))),
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(1), Map.of()),
            new RunEvent.RollbackBegan(
                List.of(
                    new Again(0, StepEnd.Outcome.SUCCEEDED), new Again(1, StepEnd.Outcome.FAILED))),
            new RunEvent.StepsEnded(
                List.of(end(1, StepEnd.Outcome.ROLLBACK_FAILED, "UNDO_FAILED", 2))),
            new RunEvent.Ended(
                RunStatus.ROLLBACK_FAILED, "UNDO_FAILED", OptionalInt.of(1), Map.of()),
            new RunEvent.RollbackBegan(List.of(new Again(1, StepEnd.Outcome.ROLLBACK_FAILED))),
            new RunEvent.StopBegan(RunEvent.StopReason.STOPPED),
            new RunEvent.Ended(
                RunStatus.ROLLBACK_FAILED, "STOPPED", OptionalInt.empty(), Map.of()));
    RunCommand retry = new RunCommand.Execute(RunVerb.RETRY, Optional.empty());
    Cause cause = new Cause.Command("r-7", "hash-7", "ann", "");

    RunState forward = hanging;
    for (RunEvent event : accepted(RunDecider.decide(hanging, plan, retry, cause, NOW))) {
      forward = RunDecider.evolve(forward, RunDecider.fact(forward, event, cause, NOW));
    }

    Steps steps = RunDecider.steps(forward);
    assertThat(RunDecider.status(forward)).isEqualTo(RunStatus.RUNNING);
    assertThat(steps.succeeded(0)).isTrue();
    assertThat(steps.why(1)).contains(Steps.Why.RETRIED);
    assertThat(steps.rollbackFailedCount()).isZero();
  }

  @Test
  @Covers("OBS-38")
  void the_run_of_another_system_is_commanded_by_that_alone_and_shows_so() {
    Plan plan = managedBy("OCP", "ann");
    Cause byBob = new Cause.Command("r-9", "hash-9", "bob", "");
    RunCommand start = new RunCommand.Start(RunFixture.header(plan, Map.of()));
    RunRejection elsewhere = new RunRejection.ManagedElsewhere("OCP");
    assertThat(rejected(RunDecider.decide(RunDecider.absent(), plan, start, byBob, NOW)))
        .isEqualTo(elsewhere);
    RunState failed =
        state(
            plan,
            new RunEvent.StepsEnded(List.of(failed(0))),
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()));
    RunCommand retry = new RunCommand.Execute(RunVerb.RETRY, Optional.empty());
    RunCommand pass =
        new RunCommand.Execute(
            RunVerb.PASS, Optional.of(new RunCommand.Step(0, StepStatus.FAILED)));

    assertThat(rejected(RunDecider.decide(failed, plan, retry, byBob, NOW))).isEqualTo(elsewhere);
    assertThat(rejected(RunDecider.decide(failed, plan, pass, byBob, NOW))).isEqualTo(elsewhere);
    assertThat(RunRules.options(failed, plan))
        .hasSize(RunVerb.values().length)
        .allMatch(option -> !option.allowed() && option.refusal().equals("it belongs to OCP"));
    assertThat(allowed(failed, plan, 0, StepStatus.FAILED)).isEmpty();
    Cause byOwner = new Cause.Command("r-8", "hash-8", "ann", "");
    assertThat(accepted(RunDecider.decide(failed, plan, retry, byOwner, NOW)))
        .containsExactly(new RunEvent.Retried(List.of(new Again(0, StepEnd.Outcome.FAILED))));
  }

  private static Plan managedBy(String system, String principal) {
    Plan plain = plan("a");
    return RunFixture.with(
        plain, plain.tasks(), plain.locks(), Optional.of(new ManagedBy(system, principal)));
  }

  @Test
  void what_a_forced_pause_ended_is_open_again_once_the_run_goes_on() {
    Plan plan = plan("a", "b<a");
    StepEnd paused = end(0, StepEnd.Outcome.TERMINATED, StepEnd.FORCED_PAUSE, 1);
    RunState pausing = state(plan, new RunEvent.PauseBegan(true));
    assertThat(accepted(decide(pausing, plan, settle(true, paused))))
        .containsExactly(new RunEvent.StepsEnded(List.of(paused)), new RunEvent.Paused());
    RunState rested =
        state(
            plan,
            new RunEvent.PauseBegan(true),
            new RunEvent.StepsEnded(List.of(paused)),
            new RunEvent.Paused());
    List<Again> again = List.of(new Again(0, StepEnd.Outcome.TERMINATED));
    assertThat(execute(rested, plan, RunVerb.CONTINUE, -1))
        .containsExactly(new RunEvent.Continued(again));

    // It ends only after the run went on.
    RunState on = state(plan, new RunEvent.PauseBegan(true), new RunEvent.Continued(List.of()));
    assertThat(accepted(decide(on, plan, settle(false, paused))))
        .containsExactly(new RunEvent.StepsEnded(List.of(paused)), new RunEvent.Reopened(again));
  }

  /** A step that was stopped after an undo of it had succeeded. */
  private static StepEnd takenBack(int index) {
    return new StepEnd(
        index,
        StepEnd.Outcome.TERMINATED,
        "STOPPED",
        "",
        "",
        1,
        2,
        "w1",
        Optional.of(NOW),
        NOW,
        Map.of(),
        false,
        true);
  }

  private static RunState stoppedAfterItsUndo(Plan plan) {
    return state(
        plan,
        new RunEvent.StepsEnded(List.of(ok(0), takenBack(1))),
        new RunEvent.Ended(RunStatus.TERMINATED, "STOPPED", OptionalInt.empty(), Map.of()));
  }

  @Test
  @Covers("OCP-26")
  void a_rollback_passes_over_what_an_undo_before_a_retry_has_taken_back() {
    Plan plan = RunFixture.withUndo("a", "b<a");

    List<RunEvent> events = execute(stoppedAfterItsUndo(plan), plan, RunVerb.ROLLBACK, -1);

    assertThat(events)
        .containsExactly(
            new RunEvent.RollbackBegan(
                List.of(
                    new Again(0, StepEnd.Outcome.SUCCEEDED),
                    new Again(1, StepEnd.Outcome.TERMINATED))),
            new RunEvent.StepsUndone(List.of(1)));
  }

  @Test
  void a_retry_of_what_was_taken_back_does_not_undo_it_again_however_often_it_is_stopped() {
    Plan plan = RunFixture.withUndo("a", "b<a");
    List<Again> again = List.of(new Again(1, StepEnd.Outcome.TERMINATED));
    RunEvent.StepsEnded ended = new RunEvent.StepsEnded(List.of(ok(0), takenBack(1)));
    RunEvent over =
        new RunEvent.Ended(RunStatus.TERMINATED, "STOPPED", OptionalInt.empty(), Map.of());
    RunState retried = state(plan, ended, over, new RunEvent.Retried(again));
    assertThat(RunDecider.steps(retried).undoneBefore(1)).isTrue();

    // It is stopped once more before it begins.
    RunEvent halted =
        new RunEvent.StepsEnded(
            List.of(RunDecider.steps(retried).halted(1, StepEnd.Outcome.TERMINATED, NOW)));
    RunState stopped = state(plan, ended, over, new RunEvent.Retried(again), halted, over);

    assertThat(execute(stopped, plan, RunVerb.ROLLBACK, -1))
        .contains(new RunEvent.StepsUndone(List.of(1)));
  }

  @Test
  void a_step_of_a_run_that_counts_as_succeeded_is_not_passed_though_its_undo_failed() {
    Plan plan = RunFixture.withUndo("a");
    RunState passed =
        state(
            plan,
            new RunEvent.StepsEnded(List.of(failed(0))),
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()),
            new RunEvent.RollbackBegan(List.of(new Again(0, StepEnd.Outcome.FAILED))),
            new RunEvent.StepsEnded(
                List.of(end(0, StepEnd.Outcome.ROLLBACK_FAILED, "EXIT_CODE", 2))),
            new RunEvent.Ended(
                RunStatus.ROLLBACK_FAILED, "UNDO_FAILED", OptionalInt.of(0), Map.of()),
            new RunEvent.Passed());

    assertThat(
            rejected(
                RunDecider.decide(
                    passed,
                    plan,
                    new RunCommand.Execute(
                        RunVerb.PASS,
                        Optional.of(new RunCommand.Step(0, StepStatus.ROLLBACK_FAILED))),
                    BY_CALLER,
                    NOW)))
        .isInstanceOfSatisfying(
            RunRejection.StepConflict.class,
            conflict ->
                assertThat(conflict.why())
                    .isEqualTo("the run was passed as a whole: redo the run"));
  }

  private static List<RunVerb> allowed(RunState state, Plan plan, int task, StepStatus status) {
    return StepRules.allowed(state, plan, new RunCommand.Step(task, status));
  }
}
