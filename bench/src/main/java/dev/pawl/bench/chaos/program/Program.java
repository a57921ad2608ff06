package dev.pawl.bench.chaos.program;

import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;

/** Something to run, of which there may be several versions. */
public sealed interface Program {
  /** The project that all programs are in. */
  String PROJECT = "projects/default";

  /** A graph of tasks. */
  record Graph(WorkflowSpec spec) implements Program {
    @Override
    public String resource() {
      return PROJECT + "/workflows/" + spec.getName();
    }
  }

  /** A task that stands alone. */
  record Single(TaskSpec spec) implements Program {
    @Override
    public String resource() {
      return PROJECT + "/tasks/" + spec.getName();
    }
  }

  /** The name under which it is started. */
  String resource();
}
