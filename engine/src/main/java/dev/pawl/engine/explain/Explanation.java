package dev.pawl.engine.explain;

import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import java.util.List;

/**
 * Why a run is where it is, and why some of its steps are.
 *
 * @param steps the one that was asked for, or those that matter most for the run
 */
public record Explanation(RunStatus status, List<Reason> reasons, List<OfStep> steps) {
  /** The most steps that are explained with their run. */
  public static final int MOST_STEPS = 10;

  public Explanation {
    reasons = List.copyOf(reasons);
    steps = List.copyOf(steps);
  }

  /**
   * Why one step is where it is: what holds it, first what has to change first.
   *
   * @param execution the one that this is about, if the step is split: who asked for it or, of a
   *     step, the one that tells most
   */
  public record OfStep(String step, int execution, StepStatus status, List<Reason> reasons) {
    public OfStep {
      reasons = List.copyOf(reasons);
    }
  }
}
