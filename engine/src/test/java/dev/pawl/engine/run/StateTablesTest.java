package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.BY_CALLER;
import static dev.pawl.engine.run.RunFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.run.StepLegalityTest.Met;
import dev.pawl.engine.run.StepLegalityTest.Word;
import dev.pawl.legality.LegalityCells;
import dev.pawl.legality.LegalityCells.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that tells users which command is legal when is what the deciders answer. */
class StateTablesTest {
  private static final Path PAGE = Path.of("..", "docs", "state-tables.md");
  private static final List<Profile> PROFILES =
      List.of(Profile.OPS, Profile.OFFLINE, Profile.DISTRIBUTED);
  private static final List<String> STEP_STATES =
      List.of(
          "WAIT_UPSTREAM",
          "WAIT_DISPATCH",
          "RUNNING",
          "RETRY_WAIT",
          "TERMINATING",
          "ROLLING_BACK",
          "SUCCEEDED",
          "FAILED",
          "TERMINATED",
          "ROLLED_BACK",
          "ROLLBACK_FAILED");

  @Test
  void the_page_says_what_the_deciders_answer() throws IOException {
    String page = page();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Which command is legal when

        Generated from the rules by `StateTablesTest` (`-Dgolden.update=true` writes it anew). An arrow names the state that
        follows at once, or once what is at work has confirmed; "already" is accepted and changes nothing; "-" is refused
        with the state, the reason and what is allowed. Every view of a run or step carries the same answers as `commands`.

        ## Runs

        """);
    table(
        page,
        Stream.of(RunStatus.values()).map(RunStatus::name).toList(),
        Arrays.asList(RunVerb.values()),
        StateTablesTest::onRun);
    page.append(
        """

        RETRY of a run that is ROLLBACK_FAILED: only where the definition of each step that hangs says
        `retryAfterFailedRollback: true`. RETRY, ROLLBACK, PASS and REDO: unless the definition of a step that it is about
        forbids it (`forbid`, `allowRedo`). A run continues by itself at the end of a pause that has one. A run that a step
        started takes no command once it has ended, and neither do its steps: the step that started it is what is retried.

        ## Steps

        Where profiles differ, a cell names them. While a run is TERMINATING its steps take no command, while it is
        ROLLING_BACK or ROLLBACK_FAILED only PASS of a failed undo, once it is SUCCEEDED only REDO, once ROLLED_BACK none. An
        execution takes STOP and REDO as its step does.

        """);
    table(page, STEP_STATES, StepRules.VERBS, StateTablesTest::onStep);
    page.append(
        """

        RETRY of a step that is ROLLBACK_FAILED: only where its definition says `retryAfterFailedRollback: true`. RETRY, PASS
        and REDO: unless its definition forbids it. REDO of one that SUCCEEDED: not where it says `allowRedo: FAILED`.

        ## Not yet

        The model has more. Nothing leads yet to
        """);
    page.append(
        """
        - %s of a run, which waits for its time: that comes with schedules;
        - %s of a step, which wait for an event or are not taken: these come with schedules and conditions;
        - %s of an execution, which is its step's.

        There is no %s of a step yet: it belongs to tasks with shards, and comes with them.
        """
            .formatted(
                beyond("run.csv", Cell::state, Stream.of(RunStatus.values())),
                beyond("task-run.csv", Cell::state, STEP_STATES.stream()),
                beyond(
                    "execution.csv",
                    Cell::state,
                    // What is pending is not released: only its step knows of it.
                    Stream.concat(Stream.of("PENDING"), Stream.of(ExecutionStatus.values()))),
                beyond("task-run.csv", Cell::command, StepRules.VERBS.stream())));
    return page.toString();
  }

  /** What the model's table names and we do not have. */
  private static String beyond(String table, Function<Cell, String> column, Stream<?> ours)
      throws IOException {
    Set<String> known = ours.map(Object::toString).collect(Collectors.toSet());
    return LegalityCells.of(table)
        .map(column)
        .distinct()
        .filter(name -> !known.contains(name))
        .collect(Collectors.joining(" and "));
  }

  private interface Answer {
    String of(String state, RunVerb verb);
  }

  private static void table(
      StringBuilder page, List<String> states, List<RunVerb> verbs, Answer answer) {
    page.append("| State |");
    verbs.forEach(verb -> page.append(' ').append(verb).append(" |"));
    page.append("\n|").append(" --- |".repeat(verbs.size() + 1)).append('\n');
    for (String state : states) {
      page.append("| ").append(state).append(" |");
      verbs.forEach(verb -> page.append(' ').append(answer.of(state, verb)).append(" |"));
      page.append('\n');
    }
  }

  private static String onRun(String state, RunVerb verb) {
    RunState met = RunLegalityTest.in(state);
    String plain = onRun(met, RunLegalityTest.PLAN, verb);
    String told = onRun(met, RunLegalityTest.FORWARD_AGAIN, verb);
    return plain.equals(told) ? plain : told + " by definition";
  }

  private static String onRun(RunState met, Plan plan, RunVerb verb) {
    return switch (RunDecider.decide(
        met, plan, new RunCommand.Execute(verb, Optional.empty()), BY_CALLER, NOW)) {
      case Decision.Reject(_) -> "-";
      case Decision.Accept(var events) ->
          events.isEmpty() ? "already" : "\u2192 " + RunLegalityTest.settled(met, events);
    };
  }

  private static String onStep(String state, RunVerb verb) {
    Map<String, List<Profile>> answers = new LinkedHashMap<>();
    for (Profile profile : PROFILES) {
      answers.merge(
          onStep(state, verb, profile),
          List.of(profile),
          (one, other) -> Stream.concat(one.stream(), other.stream()).toList());
    }
    if (answers.size() == 1) {
      return answers.keySet().iterator().next();
    }
    return answers.entrySet().stream()
        .filter(answer -> !answer.getKey().equals("-"))
        .map(
            answer ->
                answer.getValue().stream()
                        .map(profile -> profile.name().toUpperCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))
                    + " "
                    + answer.getKey())
        .collect(Collectors.joining("; "));
  }

  private static String onStep(String state, RunVerb verb, Profile profile) {
    String plain = onStep(StepLegalityTest.plan(profile, Word.NOTHING), state, verb);
    String told = onStep(StepLegalityTest.plan(profile, Word.FORWARD_AGAIN), state, verb);
    return plain.equals(told) ? plain : told + " by definition";
  }

  private static String onStep(Plan plan, String state, RunVerb verb) {
    Met met = StepLegalityTest.met(plan, state);
    return switch (RunDecider.decide(
        met.state(), plan, new RunCommand.Execute(verb, Optional.of(met.step())), BY_CALLER, NOW)) {
      case Decision.Reject(_) -> "-";
      case Decision.Accept(var events) ->
          events.isEmpty() ? "already" : "\u2192 " + StepLegalityTest.next(plan, met, events);
    };
  }
}
