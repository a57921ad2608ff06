package dev.pawl.engine.execution;

import dev.pawl.engine.run.RunId;

/** Names one execution of one task of a run: {@code run/task/index}. */
public record ExecutionId(RunId run, String task, int index) {

  /** The entity's id. */
  public String entityId() {
    return run.value() + "/" + task + "/" + index;
  }

  /** Reads what {@link #entityId} wrote. */
  public static ExecutionId of(String entityId) {
    int first = entityId.indexOf('/');
    int last = entityId.lastIndexOf('/');
    if (first < 0 || first == last) {
      throw new IllegalArgumentException("not an execution's entity id: " + entityId);
    }
    return new ExecutionId(
        new RunId(entityId.substring(0, first)),
        entityId.substring(first + 1, last),
        Integer.parseInt(entityId.substring(last + 1)));
  }

  @Override
  public String toString() {
    return entityId();
  }
}
