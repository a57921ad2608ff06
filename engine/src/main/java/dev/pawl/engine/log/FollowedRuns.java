package dev.pawl.engine.log;

import dev.pawl.engine.run.RunId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The runs whose logs are read live on other nodes, as they let us know from time to time. */
final class FollowedRuns {
  /** How often a node says what it reads. */
  static final Duration SAID = Duration.ofSeconds(3);

  /** A run that nobody named for so long is read no more. */
  private static final Duration BELIEVED = Duration.ofSeconds(15);

  private final ConcurrentMap<RunId, Long> until = new ConcurrentHashMap<>();

  void add(Collection<RunId> runs) {
    long end = System.nanoTime() + BELIEVED.toNanos();
    runs.forEach(run -> until.put(run, end));
  }

  /** Those of these sections' runs that somebody reads elsewhere. */
  List<RunId> among(Collection<LogKey> sections) {
    if (until.isEmpty()) {
      return List.of();
    }
    return sections.stream()
        .map(section -> section.execution().run())
        .distinct()
        .filter(until::containsKey)
        .toList();
  }

  void forget(long now) {
    until.values().removeIf(end -> end - now < 0);
  }
}
