package dev.pawl.engine.run;

/** Where one task of a run is, by the model's names (C2, TaskRun). */
public enum StepStatus {
  WAIT_UPSTREAM,
  WAIT_DISPATCH,
  RUNNING,
  RETRY_WAIT,
  TERMINATING,
  SUCCEEDED,
  FAILED,
  TERMINATED,
  SKIPPED
}
