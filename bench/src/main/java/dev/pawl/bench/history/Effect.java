package dev.pawl.bench.history;

/**
 * One call that the outside ledger answered.
 *
 * @param key of the logical effect; the attempt is no part of it
 * @param execution {@code RUN/task/0}
 */
public record Effect(String key, String execution, long fence, long at, Answer answer)
    implements Observation {

  /** What the ledger did. */
  public enum Answer {
    APPLIED,
    /** Its key was applied before: nothing was done again. */
    KNOWN,
    /** A higher fence of the execution had called before. */
    REFUSED
  }
}
