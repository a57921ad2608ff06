package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.reference.ExecutionMachine;
import java.util.List;

/**
 * The beginnings of what an execution does: its first lease, and the first after each of its ends.
 */
final class Goes {
  private static final String ROLLING_BACK = "ROLLING_BACK";

  private Goes() {}

  /** Where work begins, in whatever direction. */
  static List<Fact> all(ExecutionCase execution) {
    return execution.journal().facts().stream().filter(Goes::begins).toList();
  }

  /** Where its work is begun, for the first time or anew. */
  static List<Fact> forward(ExecutionCase execution) {
    return all(execution).stream().filter(lease -> !lease.after().equals(ROLLING_BACK)).toList();
  }

  /** Where what it did begins to be taken back for good. */
  static List<Fact> backward(ExecutionCase execution) {
    return all(execution).stream().filter(lease -> lease.after().equals(ROLLING_BACK)).toList();
  }

  static boolean begins(Fact fact) {
    return fact.change() instanceof Change.Leased
        && (fact.before().isEmpty() || ExecutionMachine.ended(fact.before()));
  }
}
