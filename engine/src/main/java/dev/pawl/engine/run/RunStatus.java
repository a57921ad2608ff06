package dev.pawl.engine.run;

/** Where a run is, by the model's names (C2). */
public enum RunStatus {
  RUNNING,
  PAUSING,
  PAUSED,
  TERMINATING,
  SUCCEEDED,
  FAILED,
  TERMINATED;

  /** Whether the run has ended. */
  public boolean ended() {
    return switch (this) {
      case RUNNING, PAUSING, PAUSED, TERMINATING -> false;
      case SUCCEEDED, FAILED, TERMINATED -> true;
    };
  }
}
