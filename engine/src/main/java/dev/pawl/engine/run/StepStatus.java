package dev.pawl.engine.run;

/** Where one task of a run is, by the model's names (C2, TaskRun). */
public enum StepStatus {
  WAIT_UPSTREAM,
  WAIT_DISPATCH,
  RUNNING,
  RETRY_WAIT,
  TERMINATING,
  ROLLING_BACK,
  SUCCEEDED,
  FAILED,
  TERMINATED,
  SKIPPED,
  ROLLED_BACK,
  ROLLBACK_FAILED
}
