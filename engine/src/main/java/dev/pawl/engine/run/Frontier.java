package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which tasks of a run are ready: counts, for each, what has to come first. Forward that is the
 * needs that have not succeeded yet; backward it is whoever needs the task and is not undone yet.
 *
 * <p>Follows from plan and state, so it is rebuilt after recovery and never stored. Each edge is
 * counted once in a run's life.
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
    for (TaskPlan task : plan.tasks()) {
      for (int need : task.needs()) {
        if (!steps.succeeded(need)) {
          missing[task.index()]++;
        }
      }
    }
    return new Frontier(plan, missing, false);
  }

  /** The frontier of a run that is being undone and stands so. */
  static Frontier backward(Plan plan, Steps steps) {
    int[] missing = new int[plan.tasks().size()];
    for (TaskPlan task : plan.tasks()) {
      boolean hangs =
          steps
              .end(task.index())
              .filter(end -> end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED)
              .isPresent();
      if (hangs || steps.undoing(task.index())) {
        for (int need : task.needs()) {
          missing[need]++;
        }
      }
    }
    return new Frontier(plan, missing, true);
  }

  /** The tasks that are ready and have not ended, by index. */
  List<Integer> open(Steps steps) {
    List<Integer> open = new ArrayList<>();
    for (int index = 0; index < missing.length; index++) {
      if (missing[index] == 0
          && steps.end(index).isEmpty()
          && (!backward || steps.undoing(index))) {
        open.add(index);
      }
    }
    return open;
  }

  /** Counts these ends; the tasks that they made ready and that are open, by index. */
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

  /** Counts that a task succeeded, or was undone; the tasks that it made ready. */
  List<Integer> done(Steps steps, int index) {
    List<Integer> ready = new ArrayList<>();
    for (int next : backward ? plan.task(index).needs() : plan.downstream(index)) {
      missing[next]--;
      if (missing[next] == 0 && (backward ? steps.undoing(next) : steps.end(next).isEmpty())) {
        ready.add(next);
      }
    }
    return ready;
  }

  boolean ready(int index) {
    return missing[index] == 0;
  }
}
