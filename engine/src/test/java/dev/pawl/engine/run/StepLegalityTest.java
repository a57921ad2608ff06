package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.BY_CALLER;
import static dev.pawl.engine.run.RunFixture.BY_CHILD;
import static dev.pawl.engine.run.RunFixture.NOW;
import static dev.pawl.engine.run.RunFixture.accepted;
import static dev.pawl.engine.run.RunFixture.end;
import static dev.pawl.engine.run.RunFixture.failed;
import static dev.pawl.engine.run.RunFixture.ok;
import static dev.pawl.engine.run.RunFixture.rejected;
import static dev.pawl.engine.run.RunFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.run.RunRejection.StepConflict;
import dev.pawl.legality.LegalityCells;
import dev.pawl.legality.LegalityCells.Cell;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables C3.3 and C3.4, cell by cell, for the states and commands that there are: a task has
 * one execution, whose commands are those of its step.
 */
class StepLegalityTest {
  /** What a definition may say of a task. */
  enum Word {
    NOTHING,
    FORBIDS,
    REDO_ONLY_FAILED,
    FORWARD_AGAIN
  }

  /** The states that nothing of this version leads to. */
  private static final Set<String> LATER = Set.of("WAIT_EVENT", "SKIPPED");

  /** Of tasks with shards, of which there are none yet. */
  private static final String OF_SHARDS = "CONTINUE_FAILED";

  /** To start what waits, whatever for, is of schedules. */
  private static final String UNCHECKED = "only with parent check NONE: starts it now";

  static Stream<Cell> steps() throws IOException {
    List<Cell> cells = LegalityCells.of("task-run.csv").toList();
    assertThat(cells).hasSize(13 * 5 * 3);
    return cells.stream()
        .filter(cell -> !LATER.contains(cell.state()) && !cell.command().equals(OF_SHARDS));
  }

  static Stream<Cell> executions() throws IOException {
    List<Cell> cells = LegalityCells.of("execution.csv").toList();
    assertThat(cells).hasSize(13 * 2 * 3);
    return cells.stream().filter(cell -> !LATER.contains(cell.state()));
  }

  private static Plan plan(Cell cell, Word word) {
    return plan(Profile.valueOf(cell.profile()), word);
  }

  static Plan plan(Profile profile, Word word) {
    Plan plain = RunFixture.plan(profile, "a", "b<a");
    TaskPlan a = plain.task(0);
    TaskPlan told =
        new TaskPlan(
            a.index(),
            a.name(),
            a.displayName(),
            a.needs(),
            a.group(),
            a.inputs(),
            a.timeout(),
            a.grace(),
            a.retry(),
            a.outputs(),
            a.keepRunning(),
            a.placement(),
            word == Word.FORBIDS ? Set.of(RunVerb.RETRY, RunVerb.PASS, RunVerb.REDO) : Set.of(),
            word == Word.REDO_ONLY_FAILED,
            Optional.of(
                new UndoPlan(
                    Optional.empty(),
                    Duration.ofSeconds(1),
                    profile == Profile.OPS,
                    word == Word.FORWARD_AGAIN)),
            Optional.empty());
    return new Plan(
        plain.kind(),
        plain.name(),
        plain.displayName(),
        profile,
        plain.folder(),
        plain.owners(),
        plain.labels(),
        plain.parameters(),
        List.of(told, plain.task(1)),
        plain.timeout(),
        plain.maxInFlight(),
        plain.outputs());
  }

  private static final RunEvent A_FAILED = new RunEvent.StepsEnded(List.of(failed(0)));
  private static final RunEvent RUN_FAILED =
      new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of());
  private static final RunEvent UNDO =
      new RunEvent.RollbackBegan(List.of(new Again(0, StepEnd.Outcome.FAILED)));

  /** A run in which the step is as given, and the step. */
  record Met(RunState state, RunCommand.Step step) {}

  static Met met(Plan plan, String status) {
    return switch (status) {
      case "WAIT_UPSTREAM", "PENDING" -> met(1, StepStatus.WAIT_UPSTREAM, state(plan));
      case "WAIT_DISPATCH", "READY" -> met(0, StepStatus.WAIT_DISPATCH, state(plan));
      case "RUNNING" -> met(0, StepStatus.RUNNING, state(plan));
      case "RETRY_WAIT" -> met(0, StepStatus.RETRY_WAIT, state(plan));
      case "TERMINATING" ->
          met(0, StepStatus.TERMINATING, state(plan, new RunEvent.StepStopBegan(0, false)));
      case "SUCCEEDED" ->
          met(0, StepStatus.SUCCEEDED, state(plan, new RunEvent.StepsEnded(List.of(ok(0)))));
      case "FAILED", "TIMED_OUT" -> met(0, StepStatus.FAILED, state(plan, A_FAILED, RUN_FAILED));
      case "TERMINATED" ->
          met(
              0,
              StepStatus.TERMINATED,
              state(
                  plan,
                  new RunEvent.StepsEnded(
                      List.of(end(0, StepEnd.Outcome.TERMINATED, "STOPPED", 1))),
                  RUN_FAILED));
      case "ROLLING_BACK" ->
          met(0, StepStatus.ROLLING_BACK, state(plan, A_FAILED, RUN_FAILED, UNDO));
      case "ROLLBACK_FAILED" ->
          met(
              0,
              StepStatus.ROLLBACK_FAILED,
              state(
                  plan,
                  A_FAILED,
                  RUN_FAILED,
                  UNDO,
                  new RunEvent.StepsEnded(
                      List.of(end(0, StepEnd.Outcome.ROLLBACK_FAILED, "EXIT_CODE", 2))),
                  new RunEvent.Ended(
                      RunStatus.ROLLBACK_FAILED, "UNDO_FAILED", OptionalInt.of(0), Map.of())));
      case "ROLLED_BACK" ->
          met(
              0,
              StepStatus.ROLLED_BACK,
              state(
                  plan,
                  A_FAILED,
                  RUN_FAILED,
                  UNDO,
                  new RunEvent.StepsEnded(List.of(end(0, StepEnd.Outcome.ROLLED_BACK, "", 2))),
                  new RunEvent.Ended(RunStatus.ROLLED_BACK, "", OptionalInt.empty(), Map.of())));
      default -> throw new AssertionError("an unknown state in the table: " + status);
    };
  }

  private static Met met(int index, StepStatus status, RunState state) {
    return new Met(state, new RunCommand.Step(index, status));
  }

  @ParameterizedTest
  @MethodSource("steps")
  @Covers({"OCP-25", "OBS-18", "OBS-23", "SYS-7"})
  void a_command_on_a_step_has_the_outcome_of_its_cell(Cell cell) {
    check(cell, cell.next());
  }

  @ParameterizedTest
  @MethodSource("executions")
  void a_command_on_an_execution_has_the_outcome_of_its_cell(Cell cell) {
    check(cell, cell.next().equals("READY") ? "WAIT_DISPATCH" : cell.next());
  }

  private static void check(Cell cell, String next) {
    String condition = cell.condition();
    if (condition.equals(UNCHECKED)) {
      refused(plan(cell, Word.NOTHING), cell);
      return;
    }
    switch (cell.outcome()) {
      case "accept" -> {
        if (condition.startsWith("only when the definition allows")) {
          // Refused without a word of the definition (D-14).
          refused(plan(cell, Word.NOTHING), cell);
          led(plan(cell, Word.FORWARD_AGAIN), cell, next);
        } else {
          led(plan(cell, Word.NOTHING), cell, next);
        }
        if (condition.contains("capability flag") || condition.contains("allow-redo")) {
          refused(plan(cell, Word.FORBIDS), cell);
        }
        if (cell.state().equals("SUCCEEDED")) {
          refused(plan(cell, Word.REDO_ONLY_FAILED), cell);
        }
      }
      case "noop" -> {
        Met met = met(plan(cell, Word.NOTHING), cell.state());
        assertThat(decide(plan(cell, Word.NOTHING), met, cell)).isEqualTo(Decision.unchanged());
      }
      case "refuse" -> {
        for (Word word : Word.values()) {
          refused(plan(cell, word), cell);
        }
      }
      default -> throw new AssertionError("an unknown outcome in the table: " + cell);
    }
  }

  private static Decision<RunEvent, RunRejection> decide(Plan plan, Met met, Cell cell) {
    RunVerb verb = RunVerb.valueOf(cell.command());
    return RunDecider.decide(
        met.state(), plan, new RunCommand.Execute(verb, Optional.of(met.step())), BY_CALLER, NOW);
  }

  private static List<RunVerb> allowed(Plan plan, Met met) {
    return StepRules.allowed(met.state(), plan, met.step());
  }

  private static void refused(Plan plan, Cell cell) {
    Met met = met(plan, cell.state());
    RunVerb verb = RunVerb.valueOf(cell.command());
    assertThat(allowed(plan, met)).doesNotContain(verb);
    assertThat(rejected(decide(plan, met, cell)))
        .isInstanceOfSatisfying(
            StepConflict.class,
            conflict -> {
              assertThat(conflict.verb()).isEqualTo(verb);
              assertThat(conflict.status()).isEqualTo(met.step().status());
              assertThat(conflict.allowed()).isEqualTo(allowed(plan, met));
              assertThat(conflict.why()).isNotEmpty();
            });
  }

  private static void led(Plan plan, Cell cell, String next) {
    Met met = met(plan, cell.state());
    assertThat(allowed(plan, met)).contains(RunVerb.valueOf(cell.command()));
    List<RunEvent> events = accepted(decide(plan, met, cell));
    assertThat(events).isNotEmpty();
    assertThat(next(plan, met, events)).isEqualTo(next);
  }

  /** Where the step is after the events; what is not at work has confirmed that it stopped. */
  static String next(Plan plan, Met met, List<RunEvent> events) {
    RunState state = after(met.state(), events);
    if (met.step().status() != StepStatus.RUNNING) {
      state = settled(plan, state);
    }
    return shown(plan, state, met.step().index());
  }

  private static RunState after(RunState before, List<RunEvent> events) {
    RunState state = before;
    for (RunEvent event : events) {
      state = RunDecider.evolve(state, RunDecider.fact(state, event, BY_CALLER, NOW));
    }
    return state;
  }

  /** What was told to stop and is not at work confirms so. */
  private static RunState settled(Plan plan, RunState state) {
    Steps steps = RunDecider.steps(state);
    return steps.halting().isEmpty()
        ? state
        : after(
            state,
            accepted(
                RunDecider.decide(
                    state,
                    plan,
                    new RunCommand.Settle(List.of(), false, steps.halting()),
                    BY_CHILD,
                    NOW)));
  }

  private static String shown(Plan plan, RunState state, int index) {
    String shown = Portrait.of(RunFixture.RUN, plan, state, null).status(index).name();
    boolean ready = Frontier.of(plan, RunDecider.steps(state)).ready(index);
    return shown.equals("WAIT_UPSTREAM") && ready ? "WAIT_DISPATCH" : shown;
  }

  @Test
  void a_step_of_a_run_that_a_step_started_takes_no_command_once_that_run_has_ended() {
    Plan plan = plan(Profile.OFFLINE, Word.NOTHING);
    Met met = met(plan, "FAILED");
    assertThat(StepRules.allowed(met.state(), plan, met.step()))
        .containsExactly(RunVerb.RETRY, RunVerb.PASS, RunVerb.REDO);

    assertThat(StepRules.options(RunFixture.below(met.state()), plan, met.step()))
        .hasSize(4)
        .noneMatch(RunHead.VerbOption::allowed)
        .filteredOn(option -> option.verb() != RunVerb.STOP)
        .allMatch(
            option -> option.refusal().startsWith("it has ended for step " + RunFixture.ABOVE));
    Met live = met(plan, "RUNNING");
    assertThat(StepRules.options(RunFixture.below(live.state()), plan, live.step()))
        .isEqualTo(StepRules.options(live.state(), plan, live.step()));
  }
}
