package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.evidence.Evidence;
import java.util.List;
import java.util.Map;

/** Something without which a history says nothing. */
public abstract class Condition {
  private final String id;
  private final String promise;

  /**
   * Names it.
   *
   * @param id V and a number
   * @param promise what a history must have, in one line
   */
  protected Condition(String id, String promise) {
    this.id = id;
    this.promise = promise;
  }

  public final String id() {
    return id;
  }

  public final String promise() {
    return promise;
  }

  /**
   * What is missing, one sentence each.
   *
   * @param judged how often each invariant could have been broken, and each special kind of case,
   *     by name
   */
  public abstract List<String> missing(Evidence evidence, Minima minima, Map<String, Long> judged);
}
