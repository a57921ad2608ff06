package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All leases of a run's executions, in the order in which they were stored. */
final class Leases {
  private Leases() {}

  static List<Fact> of(RunCase run) {
    List<Fact> leases = new ArrayList<>();
    for (ExecutionCase execution : run.executions()) {
      for (Fact fact : execution.journal().facts()) {
        if (fact.change() instanceof Change.Leased) {
          leases.add(fact);
        }
      }
    }
    leases.sort(Comparator.comparingLong(Fact::ordering));
    return leases;
  }

  /** Whether it is for what follows a stopped attempt. */
  static boolean cleansUp(Fact lease) {
    return lease.change() instanceof Change.Leased leased && leased.operation().equals("CANCEL");
  }
}
