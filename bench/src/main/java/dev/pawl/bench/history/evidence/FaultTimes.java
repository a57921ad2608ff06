package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** When the system was not left in peace. */
public final class FaultTimes {

  /**
   * One fault.
   *
   * @param ended absent when nobody said that it was undone
   */
  public record Injected(Fault.Began began, Optional<Fault.Ended> ended) {

    /** Until when; for ever when it was never undone. */
    public long until() {
      return ended.map(Fault.Ended::at).orElse(Long.MAX_VALUE);
    }
  }

  private final List<Injected> all;
  private final long[] from;
  private final long[] to;

  /**
   * Sorts them.
   *
   * @param heal how long after its end a fault may still be felt
   */
  FaultTimes(List<Injected> faults, long heal) {
    this.all =
        faults.stream().sorted(Comparator.comparingLong(fault -> fault.began().at())).toList();
    List<long[]> merged = new ArrayList<>();
    for (Injected fault : all) {
      long end = fault.until() > Long.MAX_VALUE - heal ? Long.MAX_VALUE : fault.until() + heal;
      if (!merged.isEmpty() && merged.getLast()[1] >= fault.began().at()) {
        merged.getLast()[1] = Math.max(merged.getLast()[1], end);
      } else {
        merged.add(new long[] {fault.began().at(), end});
      }
    }
    this.from = merged.stream().mapToLong(span -> span[0]).toArray();
    this.to = merged.stream().mapToLong(span -> span[1]).toArray();
  }

  /** By their beginning. */
  public List<Injected> all() {
    return all;
  }

  /**
   * Whether a fault is being done at this instant; what may still be felt of one does not count.
   */
  public boolean under(long at) {
    return all.stream().anyMatch(fault -> fault.began().at() <= at && at < fault.until());
  }

  /** How much of this time a fault was under way or may still have been felt. */
  public long within(long begin, long end) {
    long sum = 0;
    for (int i = 0; i < from.length; i++) {
      sum += Math.max(0, Math.min(end, to[i]) - Math.max(begin, from[i]));
    }
    return sum;
  }
}
