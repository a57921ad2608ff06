package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.BY_CALLER;
import static dev.pawl.engine.run.RunFixture.NOW;
import static dev.pawl.engine.run.RunFixture.failed;
import static dev.pawl.engine.run.RunFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunEvent.StopReason;
import dev.pawl.engine.run.RunRejection.StateConflict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table C3.2, cell by cell, for the commands that there are. */
class RunLegalityTest {
  static final Plan PLAN = RunFixture.withUndo("a", "b<a");
  static final Plan FORWARD_AGAIN = RunFixture.withUndoAndForwardAgain("a", "b<a");

  /** The state that no command of this version leads to. */
  private static final String LATER = "WAITING";

  static Stream<List<String>> cells() throws IOException {
    try (InputStream table = RunLegalityTest.class.getResourceAsStream("/legality/run.csv")) {
      assertThat(table).isNotNull();
      String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      List<List<String>> cells =
          text.lines()
              .skip(1)
              .map(line -> List.of(line.split(",", 6)))
              .filter(cell -> !LATER.equals(cell.get(0)))
              .toList();
      // One cell stands twice: a forced pause of what pauses by itself, and of what is forced to.
      assertThat(cells).hasSize(8 * 10 + 1);
      return cells.stream();
    }
  }

  private static final RunEvent BEGUN = new RunEvent.StepsEnded(List.of(failed(0)));
  private static final RunEvent FAILED =
      new RunEvent.Ended(RunStatus.FAILED, "", OptionalInt.empty(), Map.of());
  private static final RunEvent UNDO =
      new RunEvent.RollbackBegan(List.of(new Again(0, StepEnd.Outcome.FAILED)));
  private static final RunEvent HANGS =
      new RunEvent.StepsEnded(
          List.of(RunFixture.end(0, StepEnd.Outcome.ROLLBACK_FAILED, "EXIT_CODE", 2)));
  private static final RunEvent UNDO_FAILED =
      new RunEvent.Ended(RunStatus.ROLLBACK_FAILED, "", OptionalInt.of(0), Map.of());
  private static final RunEvent DONE =
      new RunEvent.StepsEnded(List.of(RunFixture.end(0, StepEnd.Outcome.ROLLED_BACK, "", 2)));
  private static final RunEvent UNDONE =
      new RunEvent.Ended(RunStatus.ROLLED_BACK, "", OptionalInt.empty(), Map.of());

  static RunState in(String status) {
    RunEvent pausing = new RunEvent.PauseBegan(false);
    return switch (RunStatus.valueOf(status)) {
      case RUNNING -> state(PLAN);
      case PAUSING -> state(PLAN, pausing);
      case PAUSED -> state(PLAN, pausing, new RunEvent.Paused());
      case TERMINATING -> state(PLAN, new RunEvent.StopBegan(StopReason.STOPPED));
      case SUCCEEDED -> ended(RunStatus.SUCCEEDED);
      case FAILED -> ended(RunStatus.FAILED);
      case TERMINATED -> ended(RunStatus.TERMINATED);
      case ROLLING_BACK -> state(PLAN, BEGUN, FAILED, UNDO);
      case ROLLBACK_FAILED -> state(PLAN, BEGUN, FAILED, UNDO, HANGS, UNDO_FAILED);
      case ROLLED_BACK -> state(PLAN, BEGUN, FAILED, UNDO, DONE, UNDONE);
    };
  }

  private static RunState ended(RunStatus status) {
    return state(
        PLAN,
        new RunEvent.StepsEnded(List.of(failed(0))),
        new RunEvent.Ended(status, "", OptionalInt.empty(), Map.of()));
  }

  @ParameterizedTest
  @MethodSource("cells")
  @Covers({"OCP-36", "OBS-7", "OBS-18", "TSF-35", "TSF-43"})
  void a_command_has_the_outcome_of_its_cell(List<String> cell) {
    RunState state =
        cell.get(5).equals("already forced")
            ? state(PLAN, new RunEvent.PauseBegan(true))
            : in(cell.get(0));
    RunVerb verb = RunVerb.valueOf(cell.get(1));
    var decision =
        RunDecider.decide(
            state, PLAN, new RunCommand.Execute(verb, Optional.empty()), BY_CALLER, NOW);
    boolean allowed = RunRules.allowed(state, PLAN).contains(verb);
    // Without a word of the definition it is refused (D-14).
    boolean byDefinition = cell.get(5).contains("only when the definition allows");
    if (byDefinition) {
      assertThat(RunRules.allowed(state, FORWARD_AGAIN)).contains(verb);
      assertThat(
              RunFixture.accepted(
                  RunDecider.decide(
                      state,
                      FORWARD_AGAIN,
                      new RunCommand.Execute(verb, Optional.empty()),
                      BY_CALLER,
                      NOW)))
          .isNotEmpty();
    }
    switch (byDefinition ? "refuse" : cell.get(3)) {
      case "accept" -> {
        assertThat(allowed).isTrue();
        List<RunEvent> events = RunFixture.accepted(decision);
        assertThat(events).isNotEmpty();
        assertThat(settled(state, events).name()).isEqualTo(cell.get(4));
      }
      case "noop" -> {
        assertThat(allowed).isTrue();
        assertThat(decision).isEqualTo(Decision.unchanged());
      }
      case "refuse" -> {
        assertThat(allowed).isFalse();
        assertThat(RunFixture.rejected(decision))
            .isInstanceOfSatisfying(
                StateConflict.class,
                conflict -> {
                  assertThat(conflict.verb()).isEqualTo(verb);
                  assertThat(conflict.status()).isEqualTo(RunDecider.status(state));
                  assertThat(conflict.allowed()).isEqualTo(RunRules.allowed(state, PLAN));
                  assertThat(conflict.why()).isNotEmpty();
                });
      }
      default -> throw new AssertionError("an unknown outcome in the table: " + cell);
    }
  }

  @ParameterizedTest
  @EnumSource(RunStatus.class)
  void a_run_that_a_step_started_takes_what_any_other_takes_until_it_has_ended_and_then_nothing(
      RunStatus status) {
    RunState any = in(status.name());
    RunState below = RunFixture.below(any);
    if (!status.ended()) {
      assertThat(RunRules.options(below, PLAN)).isEqualTo(RunRules.options(any, PLAN));
      return;
    }
    assertThat(RunRules.allowed(below, PLAN)).isEmpty();
    assertThat(RunRules.allowed(any, PLAN))
        .isNotEmpty()
        .allSatisfy(
            verb ->
                assertThat(
                        RunFixture.rejected(
                            RunDecider.decide(
                                below,
                                PLAN,
                                new RunCommand.Execute(verb, Optional.empty()),
                                BY_CALLER,
                                NOW)))
                    .isEqualTo(
                        new StateConflict(
                            verb,
                            status,
                            List.of(),
                            "it has ended for step %s/zone, which started it: retry that step, which starts another run"
                                .formatted(RunFixture.ABOVE))));
  }

  /** What a command leads to; from PAUSED nothing is at work, so what waits for that follows. */
  static RunStatus settled(RunState before, List<RunEvent> events) {
    RunState state = before;
    for (RunEvent event : events) {
      state = RunDecider.evolve(state, RunDecider.fact(state, event, BY_CALLER, NOW));
    }
    boolean stopped =
        RunDecider.status(before) == RunStatus.PAUSED
            && RunDecider.status(state) == RunStatus.TERMINATING;
    boolean waits = stopped || RunDecider.status(before) == RunStatus.ROLLING_BACK;
    if (waits) {
      var quiet =
          RunDecider.decide(
              state, PLAN, new RunCommand.Settle(List.of(), true), RunFixture.BY_CHILD, NOW);
      for (RunEvent event : RunFixture.accepted(quiet)) {
        state = RunDecider.evolve(state, RunDecider.fact(state, event, BY_CALLER, NOW));
      }
    }
    return RunDecider.status(state);
  }
}
