package dev.pawl.engine.execution;

/** Why an execution refuses a command. */
public sealed interface ExecutionRejection {

  /** The fence moved on: what was said is of an older attempt, or of none. */
  record Stale() implements ExecutionRejection {}

  /** It cannot be leased: it is at work, or has ended. */
  record NotWaiting() implements ExecutionRejection {}
}
