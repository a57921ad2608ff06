package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.FaultTimes;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** V-1. */
public final class EnoughOperations extends Condition {
  public EnoughOperations() {
    super("V-1", "enough operations were answered OK, over all and under each class of faults");
  }

  @Override
  public List<String> missing(Evidence evidence, Minima minima, Map<String, Long> judged) {
    List<String> missing = new ArrayList<>();
    long[] ends =
        evidence.operations().stream()
            .filter(operation -> operation.outcome() == Outcome.OK)
            .mapToLong(Operation::endedAt)
            .sorted()
            .toArray();
    if (ends.length < minima.of(Minima.OK)) {
      missing.add(
          "%,d operations were answered OK; at least %,d"
              .formatted(ends.length, minima.of(Minima.OK)));
    }
    Map<Fault.Kind, Long> inside = new EnumMap<>(Fault.Kind.class);
    for (FaultTimes.Injected fault : evidence.faults().all()) {
      inside.merge(
          fault.began().kind(), between(ends, fault.began().at(), fault.until()), Long::sum);
    }
    for (Fault.Kind kind : Fault.Kind.values()) {
      long wanted = minima.of("ok in " + kind, Minima.OK_IN_FAULT);
      if (inside.containsKey(kind) && inside.getOrDefault(kind, 0L) < wanted) {
        missing.add(
            "%,d operations were answered OK under faults of class %s; at least %,d"
                .formatted(inside.getOrDefault(kind, 0L), kind, wanted));
      }
    }
    return missing;
  }

  private static long between(long[] sorted, long from, long to) {
    return first(sorted, to) - (long) first(sorted, from);
  }

  /** The place of the first that is not below. */
  private static int first(long[] sorted, long least) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < least) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
