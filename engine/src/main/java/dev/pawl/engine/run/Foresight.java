package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.run.RunHead.Foreseen;
import dev.pawl.engine.run.RunHead.Foreseen.Effect;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the steps of a run would do after a command, if all that begins succeeds. */
final class Foresight {
  private final Plan plan;
  private final @Nullable Releases releases;
  private final List<Foreseen> foreseen = new ArrayList<>();
  private final Set<Integer> repeated = new HashSet<>();
  private Steps steps;
  private boolean forward;

  private Foresight(Plan plan, Steps steps, @Nullable Releases releases) {
    this.plan = plan;
    this.steps = steps;
    this.releases = releases;
  }

  static List<Foreseen> of(
      Plan plan, RunState state, List<RunEvent> events, @Nullable Releases releases) {
    Foresight foresight = new Foresight(plan, RunDecider.steps(state), releases);
    events.forEach(foresight::add);
    if (foresight.forward) {
      foresight.starts();
    }
    return foresight.foreseen;
  }

  private void add(RunEvent event) {
    switch (event) {
      case RunEvent.StopBegan _ -> stops();
      case RunEvent.PauseBegan(var forced, _) -> {
        if (forced) {
          stops();
        }
      }
      case RunEvent.StepStopBegan(var index, var passing) -> {
        if (passing) {
          passed(steps.halted(index, StepEnd.Outcome.SUCCEEDED, Instant.EPOCH));
        } else {
          foresee(index, Effect.STOP);
        }
      }
      case RunEvent.StepPassed(var end, _) -> {
        foresee(end.index(), Effect.PASS);
        steps = steps.replaced(end);
        forward = true;
      }
      case RunEvent.StepsEnded(var ends) -> {
        for (StepEnd end : ends) {
          if (steps.undoing(end.index())) {
            // It stands again as before its undo was to begin.
            steps = steps.with(List.of(end));
          } else if (end.passed()) {
            passed(end);
          } else {
            foresee(end.index(), Effect.STOP);
          }
        }
      }
      case RunEvent.Retried(var again) -> again(again, Steps.Why.RETRIED);
      case RunEvent.Continued(var again) -> again(again, Steps.Why.PAUSED);
      case RunEvent.StepRedone(var again) -> {
        steps = steps.redone(again);
        forward = true;
      }
      case RunEvent.Redone _ -> {
        steps = steps.redone();
        forward = true;
      }
      case RunEvent.RollbackBegan(var again) -> undoes(again);
      case RunEvent.Created _,
          RunEvent.Paused _,
          RunEvent.Reopened _,
          RunEvent.StepsUndone _,
          RunEvent.Passed _,
          RunEvent.LockLost _,
          RunEvent.Ended _ -> {}
    }
  }

  private void foresee(int place, Effect effect) {
    TaskPlan task = plan.task(place);
    OptionalInt execution =
        task.each().isPresent() ? OptionalInt.of(plan.execution(place)) : OptionalInt.empty();
    foreseen.add(new Foreseen(task.name(), execution, effect));
  }

  private void passed(StepEnd end) {
    foresee(end.index(), Effect.PASS);
    steps = steps.with(List.of(end));
    forward = true;
  }

  private void again(List<Again> again, Steps.Why why) {
    again.forEach(one -> repeated.add(one.index()));
    steps = steps.reopened(again, why);
    forward = true;
  }

  private void stops() {
    if (releases == null) {
      return;
    }
    Releases now = releases;
    steps
        .splits()
        .places()
        .filter(place -> now.mayBeAtWork(place) && steps.end(place).isEmpty())
        .forEach(place -> foresee(place, Effect.STOP));
  }

  /** All that is taken back, in the order in which that would begin. */
  private void undoes(List<Again> again) {
    steps = steps.reopened(again, Steps.Why.UNDONE);
    Frontier frontier = Frontier.backward(plan, steps);
    Deque<Integer> ready = new ArrayDeque<>(frontier.open(steps));
    while (!ready.isEmpty()) {
      int index = ready.removeFirst();
      if (plan.task(index).undo().isPresent() && !steps.undoneBefore(index)) {
        foresee(index, Effect.ROLLBACK);
      }
      ready.addAll(frontier.done(steps, index));
    }
  }

  /** All that begins and has not begun already, in the order in which it would be released. */
  private void starts() {
    Frontier frontier = Frontier.of(plan, steps);
    Deque<Integer> ready = new ArrayDeque<>(frontier.open(steps));
    while (!ready.isEmpty()) {
      int index = ready.removeFirst();
      if (steps.anyFailed() && !steps.wanted(index) && !isReleased(index)) {
        continue;
      }
      if (!isReleased(index)) {
        start(index);
      }
      ready.addAll(frontier.done(steps, index));
    }
  }

  private void start(int index) {
    boolean again = repeated.contains(index) && steps.begunBefore(index);
    if (again && plan.task(index).undo().isPresent() && !steps.undoneBefore(index)) {
      foresee(index, Effect.ROLLBACK);
    }
    foresee(index, again ? Effect.RETRY : Effect.EXECUTE);
  }

  private boolean isReleased(int index) {
    return releases != null && releases.isReleased(index);
  }
}
