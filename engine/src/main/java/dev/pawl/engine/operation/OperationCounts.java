package dev.pawl.engine.operation;

import java.util.Collection;

/**
 * How many items an operation has, by how they ended.
 *
 * @param begun were handed out, in their order: a command of theirs may have been sent
 * @param cancelled never began, since the operation was cancelled before
 */
public record OperationCounts(
    int total, int begun, int accepted, int unchanged, int refused, int unanswered, int cancelled) {

  static OperationCounts none(int total) {
    return new OperationCounts(total, 0, 0, 0, 0, 0, 0);
  }

  /** Those that began and have a result. */
  public int answered() {
    return accepted + unchanged + refused + unanswered;
  }

  /** Those that began and have none yet. */
  public int inFlight() {
    return begun - answered();
  }

  OperationCounts with(int nowBegun, Collection<ItemResult> results) {
    int[] more = new int[ItemOutcome.values().length];
    results.forEach(result -> more[result.outcome().ordinal()]++);
    return new OperationCounts(
        total,
        nowBegun,
        accepted + more[ItemOutcome.ACCEPTED.ordinal()],
        unchanged + more[ItemOutcome.UNCHANGED.ordinal()],
        refused + more[ItemOutcome.REFUSED.ordinal()],
        unanswered + more[ItemOutcome.UNANSWERED.ordinal()],
        cancelled);
  }

  /** The same once nothing more begins. */
  OperationCounts closed() {
    return new OperationCounts(
        total, begun, accepted, unchanged, refused, unanswered, total - begun);
  }
}
