package dev.pawl.engine.run;

import dev.pawl.engine.execution.ExecutionId;

/**
 * The step that started a run (OBS-39).
 *
 * @param execution which waits for the run
 * @param depth how many runs are above the run, at least 1
 */
public record ParentStep(ExecutionId execution, int depth) {
  /** The deepest that runs start runs. */
  public static final int DEEPEST = 8;
}
