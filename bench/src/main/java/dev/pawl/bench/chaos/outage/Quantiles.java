package dev.pawl.bench.chaos.outage;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;

/** The middle and the worst of some durations. */
public final class Quantiles {
  private final List<Long> sorted;

  public Quantiles(Collection<Long> micros) {
    this.sorted = micros.stream().sorted().toList();
  }

  /** The duration that so many in a hundred do not exceed, in milliseconds; empty of none. */
  public OptionalDouble millis(double percent) {
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return OptionalDouble.of(sorted.get(Math.max(0, rank - 1)) / 1_000.0);
  }
}
