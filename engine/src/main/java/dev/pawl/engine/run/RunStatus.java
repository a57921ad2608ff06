package dev.pawl.engine.run;

/** Where a run is, by the model's names (C2). */
public enum RunStatus {
  RUNNING,
  PAUSING,
  PAUSED,
  TERMINATING,
  ROLLING_BACK,
  SUCCEEDED,
  FAILED,
  TERMINATED,
  ROLLED_BACK,
  ROLLBACK_FAILED;

  /** Whether the run has ended. */
  public boolean ended() {
    return switch (this) {
      case RUNNING, PAUSING, PAUSED, TERMINATING, ROLLING_BACK -> false;
      case SUCCEEDED, FAILED, TERMINATED, ROLLED_BACK, ROLLBACK_FAILED -> true;
    };
  }
}
