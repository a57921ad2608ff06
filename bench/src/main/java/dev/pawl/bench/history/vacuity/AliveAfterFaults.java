package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.FaultTimes;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * V-2.
 *
 * <p>A conflict is an answer, but no sign of life that the page counts: it is left out. A handful
 * of operations says nothing either way.
 */
public final class AliveAfterFaults extends Condition {
  private static final long WINDOW = 30_000_000;
  private static final long ENOUGH = 20;

  public AliveAfterFaults() {
    super(
        "V-2",
        "in the 30 s after a fault was undone, as far as none other was under way, enough of the"
            + " operations were answered OK");
  }

  @Override
  public List<String> missing(Evidence evidence, Minima minima, Map<String, Long> judged) {
    List<String> missing = new ArrayList<>();
    long percent = minima.of(Minima.OK_PERCENT_HEALED);
    for (FaultTimes.Injected fault : evidence.faults().all()) {
      if (fault.ended().isEmpty()) {
        continue;
      }
      long from = fault.until();
      long all = 0;
      long ok = 0;
      for (Operation operation : evidence.operations()) {
        if (operation.invoked().at() >= from
            && operation.invoked().at() < from + WINDOW
            && !evidence.faults().under(operation.invoked().at())
            && !operation.conflict()) {
          all++;
          ok += operation.outcome() == Outcome.OK ? 1 : 0;
        }
      }
      if (all >= ENOUGH && ok * 100 < all * percent) {
        missing.add(
            "after %s of %s %,d of %,d operations were answered OK; at least %d of 100"
                .formatted(fault.began().kind(), fault.began().target(), ok, all, percent));
      }
    }
    return missing;
  }
}
