package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which executions of a run are ready: counts, for each task, what has to come first. Forward those
 * are the executions of its needs that have not succeeded yet; backward they are those of whoever
 * needs the task, and are not undone yet.
 *
 * <p>Follows from plan and state, so it is rebuilt after recovery and never stored. Each edge is
 * counted once in a run's life for each execution at its beginning.
 */
final class Frontier {
  private final Plan plan;
  private final int[] missing;
  private final boolean backward;

  private Frontier(Plan plan, int[] missing, boolean backward) {
    this.plan = plan;
    this.missing = missing;
    this.backward = backward;
  }

  /** The frontier of a run that stands so. */
  static Frontier of(Plan plan, Steps steps) {
    int[] missing = new int[plan.tasks().size()];
    steps
        .splits()
        .places()
        .filter(place -> !steps.succeeded(place))
        .forEach(place -> plan.downstream(plan.task(place).index()).forEach(n -> missing[n]++));
    return new Frontier(plan, missing, false);
  }

  /** The frontier of a run that is being undone and stands so. */
  static Frontier backward(Plan plan, Steps steps) {
    int[] missing = new int[plan.tasks().size()];
    steps
        .splits()
        .places()
        .filter(place -> steps.undoing(place) || hangs(steps, place))
        .forEach(place -> plan.task(place).needs().forEach(need -> missing[need]++));
    return new Frontier(plan, missing, true);
  }

  private static boolean hangs(Steps steps, int place) {
    return steps
        .end(place)
        .filter(end -> end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED)
        .isPresent();
  }

  /** The executions that are ready and have not ended, by place. */
  List<Integer> open(Steps steps) {
    return steps.splits().places().filter(this::ready).filter(isOpen(steps)).boxed().toList();
  }

  /**
   * The executions, by place, that have not ended and are not ready any more, since a step that
   * they need is redone: they may have begun before it was.
   */
  List<Integer> early(Steps steps) {
    if (backward || !steps.anyOwnRounds()) {
      return List.of();
    }
    return steps
        .splits()
        .places()
        .filter(place -> !ready(place) && steps.end(place).isEmpty())
        .filter(place -> plan.task(place).needs().stream().allMatch(need -> onceDone(steps, need)))
        .boxed()
        .toList();
  }

  /** Whether a task may have succeeded, now or before it was redone. */
  private static boolean onceDone(Steps steps, int task) {
    return steps
        .splits()
        .siblings(task)
        .allMatch(place -> steps.succeeded(place) || steps.ownRounds(place) > 0);
  }

  private IntPredicate isOpen(Steps steps) {
    return backward ? steps::undoing : place -> steps.end(place).isEmpty();
  }

  /** Counts these ends; the executions that they made ready and that are open, by place. */
  List<Integer> advance(Steps steps, List<StepEnd> ends) {
    List<Integer> ready = new ArrayList<>();
    for (StepEnd end : ends) {
      if (end.outcome() == (backward ? StepEnd.Outcome.ROLLED_BACK : StepEnd.Outcome.SUCCEEDED)) {
        ready.addAll(done(steps, end.index()));
      }
    }
    Collections.sort(ready);
    return ready;
  }

  /** Counts that an execution succeeded, or was undone; those that it made ready. */
  List<Integer> done(Steps steps, int place) {
    List<Integer> ready = new ArrayList<>();
    TaskPlan task = plan.task(place);
    for (int next : backward ? task.needs() : plan.downstream(task.index())) {
      missing[next]--;
      if (missing[next] == 0) {
        steps.splits().siblings(next).filter(isOpen(steps)).forEach(ready::add);
      }
    }
    return ready;
  }

  boolean ready(int place) {
    return missing[plan.task(place).index()] == 0;
  }
}
