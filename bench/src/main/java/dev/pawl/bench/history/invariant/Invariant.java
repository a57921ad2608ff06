package dev.pawl.bench.history.invariant;

import dev.pawl.bench.history.evidence.Evidence;

/** One thing that must hold of every history. */
public abstract class Invariant {
  private final String id;
  private final String promise;

  /**
   * Names it.
   *
   * @param id a letter and a number, such as A-1
   * @param promise what must hold, in one line
   */
  protected Invariant(String id, String promise) {
    this.id = id;
    this.promise = promise;
  }

  public final String id() {
    return id;
  }

  public final String promise() {
    return promise;
  }

  /** Looks for what breaks it, and counts what could have. */
  public abstract void judge(Evidence evidence, Findings findings);
}
