package dev.pawl.engine.run;

import java.util.OptionalInt;

/**
 * What a command on a step is about.
 *
 * @param execution only this execution of the task; all of them when empty
 */
public record StepRef(String task, OptionalInt execution) {
  /** A step with all its executions. */
  public static StepRef of(String task) {
    return new StepRef(task, OptionalInt.empty());
  }
}
