package dev.pawl.engine.definition;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a task starts that is no work of a worker: a run of a workflow of its project.
 *
 * @param undo what is started to take back what the other did; empty when nothing is
 */
public record SubRunPlan(Target execute, Optional<Target> undo) {

  /**
   * A workflow.
   *
   * @param version the newest when empty
   */
  public record Target(String workflow, OptionalLong version) {}
}
