package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.run.RunHead.Foreseen;
import dev.pawl.engine.run.RunHead.Foreseen.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the steps of a run would do after a command, if all that begins succeeds. */
final class Foresight {
  private Foresight() {}

  static List<Foreseen> of(
      Plan plan, RunState state, List<RunEvent> events, @Nullable Releases releases) {
    List<Foreseen> foreseen = new ArrayList<>();
    for (RunEvent event : events) {
      switch (event) {
        case RunEvent.StopBegan _ -> foreseen.addAll(stops(plan, state, releases));
        case RunEvent.PauseBegan(var forced) when forced ->
            foreseen.addAll(stops(plan, state, releases));
        case RunEvent.StepPassed(var end, _) -> {
          foreseen.add(new Foreseen(plan.task(end.index()).name(), Effect.PASS));
          foreseen.addAll(starts(plan, RunDecider.steps(state).replaced(end), Set.of()));
        }
        case RunEvent.Retried(var again) ->
            foreseen.addAll(startsAgain(plan, RunDecider.steps(state), again));
        case RunEvent.Continued(var again) ->
            foreseen.addAll(startsAgain(plan, RunDecider.steps(state), again));
        case RunEvent.RollbackBegan(var steps) ->
            foreseen.addAll(undoes(plan, RunDecider.steps(state), steps));
        case RunEvent.Redone _ ->
            foreseen.addAll(starts(plan, RunDecider.steps(state).redone(), Set.of()));
        case RunEvent.Created _,
            RunEvent.PauseBegan _,
            RunEvent.Paused _,
            RunEvent.Reopened _,
            RunEvent.StepsEnded _,
            RunEvent.StepsUndone _,
            RunEvent.Passed _,
            RunEvent.LockLost _,
            RunEvent.Ended _ -> {}
      }
    }
    return foreseen;
  }

  private static List<Foreseen> stops(Plan plan, RunState state, @Nullable Releases releases) {
    return releases == null
        ? List.of()
        : plan.tasks().stream()
            .filter(task -> releases.mayBeAtWork(task.index()))
            .filter(task -> RunDecider.steps(state).end(task.index()).isEmpty())
            .map(task -> new Foreseen(task.name(), Effect.STOP))
            .toList();
  }

  private static List<Foreseen> startsAgain(Plan plan, Steps before, List<Again> again) {
    Set<Integer> repeated = new HashSet<>();
    again.forEach(one -> repeated.add(one.index()));
    return starts(plan, before.reopened(again, Steps.Why.RETRIED), repeated);
  }

  /** All that is taken back, in the order in which that would begin. */
  private static List<Foreseen> undoes(Plan plan, Steps before, List<Again> again) {
    Steps steps = before.reopened(again, Steps.Why.UNDONE);
    List<Foreseen> undoes = new ArrayList<>();
    Frontier frontier = Frontier.backward(plan, steps);
    Deque<Integer> ready = new ArrayDeque<>(frontier.open(steps));
    while (!ready.isEmpty()) {
      int index = ready.removeFirst();
      if (plan.task(index).undo().isPresent()) {
        undoes.add(new Foreseen(plan.task(index).name(), Effect.ROLLBACK));
      }
      ready.addAll(frontier.done(steps, index));
    }
    return undoes;
  }

  /** All that begins, in the order in which it would be released. */
  private static List<Foreseen> starts(Plan plan, Steps steps, Set<Integer> repeated) {
    List<Foreseen> starts = new ArrayList<>();
    Frontier frontier = Frontier.of(plan, steps);
    Deque<Integer> ready = new ArrayDeque<>(frontier.open(steps));
    while (!ready.isEmpty()) {
      int index = ready.removeFirst();
      if (steps.anyFailed() && !steps.wanted(index)) {
        continue;
      }
      TaskPlan task = plan.task(index);
      if (repeated.contains(index) && task.undo().isPresent()) {
        starts.add(new Foreseen(task.name(), Effect.ROLLBACK));
      }
      starts.add(
          new Foreseen(task.name(), repeated.contains(index) ? Effect.RETRY : Effect.EXECUTE));
      ready.addAll(frontier.done(steps, index));
    }
    return starts;
  }
}
