package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands on random graphs: replay rebuilds the state, and the invariants of C9 hold. */
class RunPropertyTest {

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
          assertThat(state).as("nothing follows the end").isNotInstanceOf(RunState.Ended.class);
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
    return RunFixture.plan(tasks);
  }

  private static RunCommand command(Random random, Plan plan, RunState state) {
    return switch (random.nextInt(8)) {
      case 0 -> new RunCommand.Start(RunFixture.header(plan, Map.of()));
      case 1 -> new RunCommand.Pause();
      case 2 -> new RunCommand.Continue();
      case 3 -> random.nextInt(10) == 0 ? new RunCommand.Stop() : new RunCommand.TimeOut();
      default -> new RunCommand.Settle(ends(random, plan, state), random.nextBoolean());
    };
  }

  /** Some ends of tasks that are ready, and now and then one that is known already. */
  private static List<StepEnd> ends(Random random, Plan plan, RunState state) {
    if (!(state instanceof RunState.Live live)) {
      return List.of();
    }
    List<StepEnd> ends = new ArrayList<>();
    for (int index : Frontier.of(plan, live.steps()).open(live.steps())) {
      if (random.nextBoolean()) {
        ends.add(random.nextInt(12) == 0 ? RunFixture.failed(index) : RunFixture.ok(index));
      }
    }
    live.steps().ends().stream()
        .filter(_ -> random.nextInt(4) == 0)
        .map(end -> RunFixture.failed(end.index()))
        .forEach(ends::add);
    return ends;
  }

  private static void needsBeforeStarts(Plan plan, RunState state) {
    Steps steps =
        switch (state) {
          case RunState.Absent _ -> Steps.open(plan.tasks().size());
          case RunState.Live live -> live.steps();
          case RunState.Ended ended -> ended.steps();
        };
    for (StepEnd end : steps.ends()) {
      assertThat(plan.task(end.index()).needs()).allMatch(steps::succeeded);
    }
    if (state instanceof RunState.Ended ended && ended.status() == RunStatus.SUCCEEDED) {
      assertThat(steps.succeededCount()).isEqualTo(steps.size());
    }
  }
}
