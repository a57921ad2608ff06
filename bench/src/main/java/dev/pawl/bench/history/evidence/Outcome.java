package dev.pawl.bench.history.evidence;

/** How an operation ended for its caller. */
public enum Outcome {
  OK,
  /** It definitely did nothing. */
  REFUSED,
  /** It may have done it, or may yet. */
  UNKNOWN
}
