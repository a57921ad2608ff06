package dev.pawl.engine.operation;

/** How one item of an operation ended. */
public enum ItemOutcome {
  /** The run took the command, and what follows from it is stored. */
  ACCEPTED,
  /** What was asked for was so already; nothing was stored. */
  UNCHANGED,
  /** The run refused it. */
  REFUSED,
  /** The run did not answer for so long that it was given up: it may have taken it or not. */
  UNANSWERED
}
