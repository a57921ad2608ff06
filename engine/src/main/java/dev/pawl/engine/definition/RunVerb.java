package dev.pawl.engine.definition;

/** The commands of the table C3.2. */
public enum RunVerb {
  PAUSE,
  FORCED_PAUSE,
  CONTINUE,
  STOP,
  RETRY,
  ROLLBACK,
  PASS,
  REDO
}
