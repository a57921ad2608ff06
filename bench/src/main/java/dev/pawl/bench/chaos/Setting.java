package dev.pawl.bench.chaos;

import dev.pawl.bench.history.Fault.Kind;
import java.time.Duration;
import java.util.Locale;
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
 */
record Setting(long number, Duration time, int nodes, Set<Kind> faults) {
  /** From so much time on, a fault may last for most of a minute. */
  private static final Duration LENGTHY = Duration.ofMinutes(8);

  Setting {
    faults = Set.copyOf(faults);
  }

  boolean lengthy() {
    return time.compareTo(LENGTHY) >= 0;
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
            number);
  }
}
