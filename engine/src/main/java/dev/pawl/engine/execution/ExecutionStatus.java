package dev.pawl.engine.execution;

/** Where an execution is, by the model's names (C2). */
public enum ExecutionStatus {
  READY,
  RUNNING,
  RETRY_WAIT,
  TERMINATING,
  ROLLING_BACK,
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  TERMINATED,
  ROLLED_BACK,
  ROLLBACK_FAILED
}
