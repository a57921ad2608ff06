package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands on random graphs: replay rebuilds the state, and the invariants of C9 hold. */
class RunPropertyTest {
  /** A stop ends most histories early, so it comes more seldom. */
  private static final List<RunVerb> VERBS =
      List.of(
          RunVerb.PAUSE,
          RunVerb.FORCED_PAUSE,
          RunVerb.CONTINUE,
          RunVerb.CONTINUE,
          RunVerb.RETRY,
          RunVerb.ROLLBACK,
          RunVerb.PASS,
          RunVerb.REDO);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void replay_rebuilds_the_state_that_random_commands_led_to(long number) {
    Random random = new Random(number);
    for (int round = 0; round < 100; round++) {
      drive(random);
    }
  }

  private static void drive(Random random) {
    Plan plan = graph(random);
    RunState state = RunDecider.absent();
    List<RunFact> journal = new ArrayList<>();
    Instant now = NOW;
    for (int step = 0; step < 60; step++) {
      now = now.plusMillis(random.nextInt(1000));
      Cause cause = new Cause.Command("q" + random.nextInt(40), "h" + random.nextInt(2), "ann", "");
      RunCommand command = command(random, plan, state);
      if (command instanceof RunCommand.Settle || command instanceof RunCommand.TimeOut) {
        cause = new Cause.Parent("x");
      }
      var decision = RunDecider.decide(state, plan, command, cause, now);
      if (decision instanceof Decision.Accept(var events)) {
        for (RunEvent event : events) {
          assertThat(state instanceof RunState.Ended)
              .as("only what goes on after the end follows it: %s", event)
              .isEqualTo(goesOn(event, state));
          RunFact fact = RunDecider.fact(state, event, cause, now);
          journal.add(fact);
          state = RunDecider.evolve(state, fact);
          assertThat(fact.after()).isEqualTo(RunDecider.status(state).name());
        }
      }
      needsBeforeStarts(plan, state);
    }
    RunState replayed = RunDecider.absent();
    String last = "";
    for (RunFact fact : journal) {
      assertThat(fact.before()).isEqualTo(last);
      last = fact.after();
      replayed = RunDecider.evolve(replayed, fact);
    }
    assertThat(replayed).isEqualTo(state);
  }

  private static boolean goesOn(RunEvent event, RunState state) {
    return switch (event) {
      case RunEvent.Redone _, RunEvent.Passed _, RunEvent.RollbackBegan _ -> true;
      // Both are for runs that have not ended, too.
      case RunEvent.Retried _, RunEvent.StepPassed _ -> state instanceof RunState.Ended;
      case RunEvent.Created _,
          RunEvent.PauseBegan _,
          RunEvent.Paused _,
          RunEvent.Continued _,
          RunEvent.Reopened _,
          RunEvent.StopBegan _,
          RunEvent.StepsEnded _,
          RunEvent.StepsUndone _,
          RunEvent.LockLost _,
          RunEvent.Ended _ ->
          false;
    };
  }

  private static Plan graph(Random random) {
    int size = 1 + random.nextInt(8);
    String[] tasks = new String[size];
    for (int index = 0; index < size; index++) {
      List<String> needs = new ArrayList<>();
      for (int before = 0; before < index; before++) {
        if (random.nextInt(3) == 0) {
          needs.add("t" + before);
        }
      }
      tasks[index] = "t" + index + (needs.isEmpty() ? "" : "<" + String.join(",", needs));
    }
    return random.nextBoolean() ? RunFixture.plan(tasks) : RunFixture.withUndo(tasks);
  }

  private static RunCommand command(Random random, Plan plan, RunState state) {
    return switch (random.nextInt(8)) {
      case 0 -> new RunCommand.Start(RunFixture.header(plan, Map.of()));
      case 1, 2 -> {
        RunVerb verb = VERBS.get(random.nextInt(VERBS.size()));
        boolean onStep = StepRules.VERBS.contains(verb) && random.nextBoolean();
        yield new RunCommand.Execute(
            verb,
            onStep
                ? Optional.of(
                    new RunCommand.Step(random.nextInt(plan.tasks().size()), StepStatus.FAILED))
                : Optional.empty());
      }
      case 3 ->
          random.nextInt(10) == 0
              ? new RunCommand.Execute(RunVerb.STOP, Optional.empty())
              : new RunCommand.TimeOut();
      default -> new RunCommand.Settle(ends(random, plan, state), random.nextBoolean());
    };
  }

  /** Some ends of tasks that are ready, and now and then one that is known already. */
  private static List<StepEnd> ends(Random random, Plan plan, RunState state) {
    if (!(state instanceof RunState.Live live)) {
      return List.of();
    }
    List<StepEnd> ends = new ArrayList<>();
    Frontier frontier =
        live.phase() instanceof RunState.Phase.RollingBack
            ? Frontier.backward(plan, live.steps())
            : Frontier.of(plan, live.steps());
    for (int index : frontier.open(live.steps())) {
      if (random.nextBoolean()) {
        ends.add(end(random, live, index));
      }
    }
    live.steps().ends().stream()
        .filter(_ -> random.nextInt(4) == 0)
        .map(end -> RunFixture.failed(end.index()))
        .forEach(ends::add);
    return ends;
  }

  private static StepEnd end(Random random, RunState.Live live, int index) {
    long fence = live.steps().pastFence(index) + 1;
    if (live.steps().undoing(index)) {
      return random.nextInt(6) == 0
          ? RunFixture.end(index, StepEnd.Outcome.ROLLBACK_FAILED, "EXIT_CODE", fence)
          : RunFixture.end(index, StepEnd.Outcome.ROLLED_BACK, "", fence);
    }
    if (random.nextInt(12) == 0) {
      return RunFixture.end(index, StepEnd.Outcome.FAILED, "EXIT_CODE", fence);
    }
    return live.phase() instanceof RunState.Phase.Pausing(var forced) && forced
        ? RunFixture.end(index, StepEnd.Outcome.TERMINATED, StepEnd.FORCED_PAUSE, fence)
        : RunFixture.end(index, StepEnd.Outcome.SUCCEEDED, "", fence);
  }

  private static void needsBeforeStarts(Plan plan, RunState state) {
    Steps steps =
        switch (state) {
          case RunState.Absent _ -> Steps.open(plan.tasks().size());
          case RunState.Live live -> live.steps();
          case RunState.Ended ended -> ended.steps();
        };
    RunStatus status =
        state instanceof RunState.Absent ? RunStatus.RUNNING : RunDecider.status(state);
    boolean backward =
        status == RunStatus.ROLLING_BACK
            || status == RunStatus.ROLLBACK_FAILED
            || status == RunStatus.ROLLED_BACK
            || state instanceof RunState.Ended ended && ended.reason().equals("PASSED");
    for (StepEnd end : steps.ends()) {
      if (!backward) {
        assertThat(plan.task(end.index()).needs()).allMatch(steps::succeeded);
      } else if (end.outcome() == StepEnd.Outcome.ROLLED_BACK) {
        assertThat(plan.downstream(end.index()))
            .as("undone after all that needed it")
            .noneMatch(steps::undoing);
      }
    }
    if (state instanceof RunState.Ended ended
        && ended.status() == RunStatus.SUCCEEDED
        && !ended.reason().equals("PASSED")) {
      assertThat(steps.succeededCount()).isEqualTo(steps.size());
    }
  }
}
