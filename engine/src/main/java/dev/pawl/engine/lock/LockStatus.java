package dev.pawl.engine.lock;

/** Whether anybody has to do with the locks of a scope. */
public enum LockStatus {
  FREE,
  /** Some run holds one of them, or has yet to hear that it lost one. */
  HELD
}
