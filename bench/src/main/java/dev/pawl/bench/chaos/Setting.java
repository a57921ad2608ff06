package dev.pawl.bench.chaos;

import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.history.vacuity.Minima;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is to be done to what.
 *
 * @param number from which programs, operations and faults follow
 * @param time during which there are faults
 * @param nodes how many
 * @param faults of which kinds
 * @param settle by when all must be still once the load has ended
 * @param nodeOptions further JVM options of the nodes
 */
record Setting(
    long number,
    Duration time,
    int nodes,
    Set<Kind> faults,
    Duration settle,
    List<String> nodeOptions) {
  /** What an invariant of these speaks of comes from a fault. */
  private static final List<String> WITH_FAULTS_ONLY = List.of("A-3", "B-2", "F-7", "Z-2");

  static final Duration SETTLE = Duration.ofMinutes(2);

  /** From so much time on, a fault may last for most of a minute. */
  private static final Duration LENGTHY = Duration.ofMinutes(8);

  Setting {
    faults = Set.copyOf(faults);
    nodeOptions = List.copyOf(nodeOptions);
  }

  /** One of nodes as they are. */
  Setting(long number, Duration time, int nodes, Set<Kind> faults) {
    this(number, time, nodes, faults, SETTLE, List.of());
  }

  boolean lengthy() {
    return time.compareTo(LENGTHY) >= 0;
  }

  /**
   * What must have happened for its history to say anything. A short run does less than a long one;
   * and what cannot be so is not asked for: answers while the only node, PostgreSQL, or the
   * connections of all clients are away; lost answers, second lives and healing without any fault.
   */
  Map<String, Long> minima() {
    Map<String, Long> minima = new HashMap<>();
    minima.put(Minima.OK, share(1_000, 3));
    minima.put(Minima.OK_IN_FAULT, share(50, 10));
    minima.put("ok in " + Kind.POSTGRES, 0L);
    minima.put("ok in " + Kind.CLIENT, 0L);
    minima.put("C-5 stale", share(20, 20));
    minima.put("D-1 close", share(100, 60));
    minima.put("F-2", share(100, 3));
    if (nodes == 1) {
      minima.put("ok in " + Kind.KILL, 0L);
      minima.put("ok in " + Kind.PAUSE, 0L);
    }
    if (faults.isEmpty()) {
      WITH_FAULTS_ONLY.forEach(invariant -> minima.put(invariant, 0L));
    }
    return minima;
  }

  /**
   * Whether every kind of fault had its turn, and clients were answered often enough for a history
   * to say anything.
   *
   * @param answered how many calls were answered OK
   * @param underFaults how many of them under each kind of fault that was undone
   */
  boolean isEnough(long answered, Map<Kind, Long> underFaults) {
    Map<String, Long> minima = minima();
    return answered >= minima.getOrDefault(Minima.OK, 0L)
        && faults.stream()
            .allMatch(
                kind ->
                    underFaults.containsKey(kind)
                        && underFaults.getOrDefault(kind, 0L)
                            >= minima.getOrDefault(
                                "ok in " + kind, minima.getOrDefault(Minima.OK_IN_FAULT, 0L)));
  }

  /** What is asked for of so many minutes, or as much less as this run is shorter. */
  private long share(long whole, long minutes) {
    double part = time.toMillis() / (minutes * 60_000.0);
    return (long) (whole * Math.min(1, part));
  }

  /** The command that does the same again. */
  String command() {
    return "pawl chaos --minutes %s --nodes %d --faults %s --number %d"
            .formatted(
                time.toSeconds() % 60 == 0
                    ? Long.toString(time.toMinutes())
                    : Double.toString(time.toSeconds() / 60.0),
                nodes,
                new TreeSet<>(faults)
                    .stream()
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(",")),
                number)
        + nodeOptions.stream()
            .map(option -> " --node-option " + option)
            .collect(Collectors.joining());
  }
}
