package dev.pawl.engine.audit;

/** What came of a command. */
public enum AuditOutcome {
  /** What follows from it is stored. */
  ACCEPTED,
  /** It was so already. */
  UNCHANGED,
  /** Nothing was stored. */
  REFUSED,
  /** The caller got no answer that says. */
  UNKNOWN
}
