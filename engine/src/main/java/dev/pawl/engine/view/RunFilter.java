package dev.pawl.engine.view;

import java.util.List;

/** Which runs a list shows: all conditions hold together. */
public record RunFilter(List<Condition> conditions) {
  public RunFilter {
    conditions = List.copyOf(conditions);
  }

  /** One comparison of a field with a value. */
  public record Condition(Field field, boolean equal, String value) {}

  /** What can be compared. */
  public sealed interface Field {
    /** RunStatus by name. */
    record Status() implements Field {}

    /** The workflow's name, for runs of workflows. */
    record Workflow() implements Field {}

    /** The task's name, for runs of tasks that stand alone. */
    record Task() implements Field {}

    record Initiator() implements Field {}

    record Id() implements Field {}

    record Label(String key) implements Field {}
  }
}
