package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.evidence.Evidence;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** V-4. */
public final class Exercised extends Condition {
  /** Kinds of cases that must occur though no invariant counts them when they do not. */
  private static final List<String> KINDS = List.of("C-5 stale", "D-1 close");

  public Exercised() {
    super("V-4", "each invariant could have been broken often enough");
  }

  @Override
  public List<String> missing(Evidence evidence, Minima minima, Map<String, Long> judged) {
    Map<String, Long> all = new TreeMap<>(judged);
    KINDS.forEach(kind -> all.putIfAbsent(kind, 0L));
    return all.entrySet().stream()
        .filter(entry -> entry.getValue() < minima.of(entry.getKey()))
        .map(
            entry ->
                "%s: %,d cases; at least %,d"
                    .formatted(entry.getKey(), entry.getValue(), minima.of(entry.getKey())))
        .toList();
  }
}
