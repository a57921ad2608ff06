package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random commands on random graphs: replay rebuilds the state, and the invariants of C9 hold. Each
 * sequence follows from its number alone; {@code -Dpawl.sequence=N} plays one of them, {@code
 * -Dpawl.sequences=N} another count than 10,000.
 */
class RunPropertyTest {
  private static final int SEQUENCES = Integer.getInteger("pawl.sequences", 10_000);

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
          RunVerb.STOP,
          RunVerb.REDO);

  @Test
  void random_commands_on_random_graphs_keep_every_rule() {
    Long one = Long.getLong("pawl.sequence");
    if (one != null) {
      drive(new Random(one));
      return;
    }
    for (long number = 1; number <= SEQUENCES; number++) {
      try {
        drive(new Random(number));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "sequence %d breaks a rule; play it again with -Dpawl.sequence=%d: %s"
                .formatted(number, number, e.getMessage()),
            e);
      }
    }
  }

  private static void drive(Random random) {
    Plan plan = graph(random);
    RunState state = RunDecider.absent();
    List<RunFact> journal = new ArrayList<>();
    Deeds deeds = new Deeds(plan);
    Map<String, String> acted = new HashMap<>();
    Instant now = NOW;
    for (int step = 0; step < 60; step++) {
      now = now.plusMillis(random.nextInt(1000));
      Cause cause = new Cause.Command("q" + random.nextInt(40), "h" + random.nextInt(2), "ann", "");
      RunCommand command = command(random, plan, state);
      if (command instanceof RunCommand.Settle || command instanceof RunCommand.TimeOut) {
        cause = new Cause.Parent("x");
      }
      var decision = RunDecider.decide(state, plan, command, cause, now);
      answersAsItShows(state, plan, command, cause, decision, acted);
      if (decision instanceof Decision.Accept(var events)) {
        if (cause instanceof Cause.Command request && !events.isEmpty()) {
          assertThat(acted.put(request.requestId(), request.bodyHash()))
              .as("request %s acts once", request.requestId())
              .isNull();
        }
        for (RunEvent event : events) {
          assertThat(state instanceof RunState.Ended)
              .as("only what goes on after the end follows it: %s", event)
              .isEqualTo(goesOn(event, state));
          deeds.take(event, state);
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

  /**
   * A command is accepted exactly when the run shows it as allowed; a request that acted does not
   * act again, and no other may come under its id.
   */
  private static void answersAsItShows(
      RunState state,
      Plan plan,
      RunCommand command,
      Cause cause,
      Decision<RunEvent, RunRejection> decision,
      Map<String, String> acted) {
    if (!(command instanceof RunCommand.Execute(var verb, var step, _))
        || !(cause instanceof Cause.Command request)
        || state instanceof RunState.Absent) {
      return;
    }
    String before = acted.get(request.requestId());
    if (before != null) {
      assertThat(decision)
          .as("request %s acted before", request.requestId())
          .isEqualTo(
              before.equals(request.bodyHash())
                  ? Decision.unchanged()
                  : Decision.reject(new RunRejection.RequestIdReused()));
      return;
    }
    List<RunHead.VerbOption> options =
        step.map(one -> StepRules.options(state, plan, one))
            .orElseGet(() -> RunRules.options(state, plan));
    assertThat(decision instanceof Decision.Accept)
        .as("%s on %s in %s", verb, step, RunDecider.status(state))
        .isEqualTo(options.stream().anyMatch(option -> option.verb() == verb && option.allowed()));
  }

  /**
   * What tasks did and what was taken back of it, told by the facts alone and not by the engine's
   * own table: an undo is of what began, once for each success, and after the undo of all that
   * needed it (C9.6); an end comes once, under a fence that is new (C9.3, C9.5).
   */
  private static final class Deeds {
    private final Plan plan;
    private final Set<Integer> begun = new HashSet<>();
    private final Set<Integer> undone = new HashSet<>();
    private final Map<Integer, Long> fences = new HashMap<>();

    Deeds(Plan plan) {
      this.plan = plan;
    }

    void take(RunEvent event, RunState before) {
      switch (event) {
        case RunEvent.StepsEnded(var ends) -> ends.forEach(this::ended);
        case RunEvent.StepsUndone(var indexes) -> indexes.forEach(this::undone);
        case RunEvent.StepPassed(var end, _) -> {
          if (end.outcome() == StepEnd.Outcome.ROLLED_BACK) {
            undone(end.index());
          }
        }
        case RunEvent.RollbackBegan(var steps) -> {
          if (RunDecider.status(before) != RunStatus.ROLLBACK_FAILED) {
            assertThat(steps.stream().map(Again::index))
                .as("all that began is taken back, and nothing else")
                .containsExactlyInAnyOrderElementsOf(begun);
          }
        }
        case RunEvent.Retried(var again) ->
            again.stream().map(Again::index).forEach(undone::remove);
        // What it did before is still there, until it is done once more.
        case RunEvent.StepRedone _ -> {}
        case RunEvent.Redone _ -> {
          begun.clear();
          undone.clear();
        }
        case RunEvent.Ended(var status, _, _, _) -> {
          if (status == RunStatus.ROLLED_BACK) {
            assertThat(undone).as("taken back").isEqualTo(begun);
          }
        }
        case RunEvent.Created _,
            RunEvent.PauseBegan _,
            RunEvent.Paused _,
            RunEvent.Continued _,
            RunEvent.Reopened _,
            RunEvent.StopBegan _,
            RunEvent.StepStopBegan _,
            RunEvent.LockLost _,
            RunEvent.Passed _ -> {}
      }
    }

    private void ended(StepEnd end) {
      if (isHalted(end)) {
        return;
      }
      assertThat(end.fence())
          .as("the end of task %d is new", end.index())
          .isGreaterThan(fences.getOrDefault(end.index(), 0L));
      fences.put(end.index(), end.fence());
      switch (end.outcome()) {
        case SUCCEEDED, FAILED, TERMINATED -> begun.add(end.index());
        case ROLLED_BACK -> undone(end.index());
        case ROLLBACK_FAILED -> assertThat(undone).doesNotContain(end.index());
      }
    }

    /** It was stopped, or passed, before it began, or began anew: no work ended. */
    private boolean isHalted(StepEnd end) {
      return end.fence() == fences.getOrDefault(end.index(), 0L);
    }

    private void undone(int index) {
      assertThat(begun).as("only what began is undone").contains(index);
      assertThat(undone.add(index)).as("task %d is undone once", index).isTrue();
      List<Integer> after = plan.downstream(plan.task(index).index());
      assertThat(begun.stream().filter(next -> after.contains(plan.task(next).index())))
          .as("task %d is undone after all that needed it", index)
          .allMatch(undone::contains);
    }
  }

  private static boolean goesOn(RunEvent event, RunState state) {
    return switch (event) {
      case RunEvent.Redone _, RunEvent.Passed _, RunEvent.RollbackBegan _ -> true;
      // Both are for runs that have not ended, too.
      case RunEvent.Retried _, RunEvent.StepPassed _, RunEvent.StepRedone _ ->
          state instanceof RunState.Ended;
      case RunEvent.Created _,
          RunEvent.PauseBegan _,
          RunEvent.Paused _,
          RunEvent.Continued _,
          RunEvent.Reopened _,
          RunEvent.StopBegan _,
          RunEvent.StepStopBegan _,
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
      String split = random.nextInt(4) == 0 ? "=" + (1 + random.nextInt(3)) : "";
      tasks[index] = "t" + index + split + (needs.isEmpty() ? "" : "<" + String.join(",", needs));
    }
    return random.nextBoolean() ? RunFixture.plan(tasks) : RunFixture.withUndo(tasks);
  }

  private static RunCommand command(Random random, Plan plan, RunState state) {
    return switch (random.nextInt(8)) {
      case 0 -> new RunCommand.Start(RunFixture.header(plan, Map.of()));
      case 1, 2 -> {
        RunVerb verb = VERBS.get(random.nextInt(VERBS.size()));
        boolean onStep =
            verb == RunVerb.STOP || (StepRules.VERBS.contains(verb) && random.nextBoolean());
        yield new RunCommand.Execute(
            verb, onStep ? Optional.of(step(random, plan, state)) : Optional.empty());
      }
      case 3 ->
          random.nextInt(10) == 0
              ? new RunCommand.Execute(RunVerb.STOP, Optional.empty())
              : new RunCommand.TimeOut();
      default ->
          new RunCommand.Settle(
              ends(random, plan, state),
              random.nextBoolean(),
              random.nextBoolean() ? RunDecider.steps(state).halting() : Set.of());
    };
  }

  /** A step as a caller may meet it: of one that is ready the run knows what it has heard. */
  private static RunCommand.Step step(Random random, Plan plan, RunState state) {
    int index = random.nextInt(plan.tasks().size());
    Steps steps = RunDecider.steps(state);
    if (steps.size() == 0) {
      return new RunCommand.Step(index, StepStatus.WAIT_UPSTREAM);
    }
    List<RunCommand.At> all =
        steps
            .splits()
            .siblings(index)
            .mapToObj(place -> new RunCommand.At(place, status(random, plan, state, place)))
            .toList();
    if (random.nextInt(4) == 0) {
      RunCommand.At one = all.get(random.nextInt(all.size()));
      return new RunCommand.Step(index, one.status(), List.of(one));
    }
    StepStatus telling =
        all.stream()
            .map(RunCommand.At::status)
            .min(Comparator.comparingInt(Locating::telling))
            .orElseThrow();
    return new RunCommand.Step(index, telling, all);
  }

  private static StepStatus status(Random random, Plan plan, RunState state, int place) {
    Steps steps = RunDecider.steps(state);
    Optional<StepEnd> end = steps.end(place);
    if (end.isPresent()) {
      return StepStatus.valueOf(end.get().outcome().name());
    }
    if (state instanceof RunState.Ended || !Frontier.of(plan, steps).ready(place)) {
      return StepStatus.WAIT_UPSTREAM;
    }
    if (steps.undoing(place)) {
      return StepStatus.ROLLING_BACK;
    }
    return List.of(StepStatus.WAIT_DISPATCH, StepStatus.RUNNING, StepStatus.RETRY_WAIT)
        .get(random.nextInt(3));
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
    if (live.steps().halt(index).isPresent() && random.nextBoolean()) {
      return RunFixture.end(index, StepEnd.Outcome.TERMINATED, "STOPPED", fence);
    }
    if (random.nextInt(12) == 0) {
      return RunFixture.end(index, StepEnd.Outcome.FAILED, "EXIT_CODE", fence);
    }
    return live.phase() instanceof RunState.Phase.Pausing(var forced, _) && forced
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
        assertThat(plan.task(end.index()).needs())
            .allMatch(
                need ->
                    steps.allSucceeded(need)
                        || steps.splits().siblings(need).anyMatch(it -> steps.ownRounds(it) > 0)
                        || end.passed()
                        || !end.begun());
      } else if (end.outcome() == StepEnd.Outcome.ROLLED_BACK) {
        assertThat(plan.downstream(plan.task(end.index()).index()).stream())
            .as("undone after all that needed it")
            .noneMatch(next -> steps.splits().siblings(next).anyMatch(steps::undoing));
      }
    }
    if (state instanceof RunState.Ended ended
        && ended.status() == RunStatus.SUCCEEDED
        && !ended.reason().equals("PASSED")) {
      assertThat(steps.succeededCount()).isEqualTo(steps.size());
    }
  }
}
