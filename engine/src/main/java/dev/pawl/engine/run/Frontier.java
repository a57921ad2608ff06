package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which tasks of a run are ready: counts, for each, the needs that have not succeeded yet.
 *
 * <p>Follows from plan and state, so it is rebuilt after recovery and never stored. Each edge is
 * counted once in a run's life.
 */
final class Frontier {
  private final Plan plan;
  private final int[] missing;

  private Frontier(Plan plan, int[] missing) {
    this.plan = plan;
    this.missing = missing;
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
    return new Frontier(plan, missing);
  }

  /** The tasks that are ready and have not ended, by index. */
  List<Integer> open(Steps steps) {
    List<Integer> open = new ArrayList<>();
    for (int index = 0; index < missing.length; index++) {
      if (missing[index] == 0 && steps.end(index).isEmpty()) {
        open.add(index);
      }
    }
    return open;
  }

  /** Counts these ends; the tasks that they made ready, by index. */
  List<Integer> advance(List<StepEnd> ends) {
    List<Integer> ready = new ArrayList<>();
    for (StepEnd end : ends) {
      if (end.outcome() == StepEnd.Outcome.SUCCEEDED) {
        ready.addAll(succeeded(end.index()));
      }
    }
    Collections.sort(ready);
    return ready;
  }

  /** Counts that a task succeeded; the tasks that it made ready. */
  List<Integer> succeeded(int index) {
    List<Integer> ready = new ArrayList<>();
    for (int next : plan.downstream(index)) {
      missing[next]--;
      if (missing[next] == 0) {
        ready.add(next);
      }
    }
    return ready;
  }

  boolean ready(int index) {
    return missing[index] == 0;
  }
}
