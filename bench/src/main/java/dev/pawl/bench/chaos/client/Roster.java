package dev.pawl.bench.chaos.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The runs and definitions that clients know of, as they saw them last. */
public final class Roster {
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "TERMINATED");
  private static final Set<String> HELD = Set.of("PAUSED", "PAUSING");

  // Guarded by this; live runs in the order in which they were started.
  private final Map<String, Known> live = new LinkedHashMap<>();
  private final Map<String, Long> definitions = new HashMap<>();
  private final Map<String, String> lastCommanded = new HashMap<>();
  private final Set<String> followed = new HashSet<>();

  /**
   * A run.
   *
   * @param name its resource name
   */
  public record Known(String name, long sequence, String state) {}

  /** A run was seen. */
  public synchronized void saw(String name, long sequence, String state) {
    if (ENDED.contains(state)) {
      live.remove(name);
      return;
    }
    Known known = live.get(name);
    if (known == null || known.sequence() <= sequence) {
      live.put(name, new Known(name, sequence, state));
    }
  }

  /** A client commanded a run. */
  public synchronized void commanded(String client, String name) {
    lastCommanded.put(client, name);
  }

  /** The run that another client commanded last, while it lives. */
  public synchronized Optional<Known> commandedByOther(String client) {
    return lastCommanded.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(client))
        .flatMap(entry -> Optional.ofNullable(live.get(entry.getValue())).stream())
        .findFirst();
  }

  /** A definition was seen. */
  public synchronized void sawDefinition(String resource, long sequence) {
    definitions.merge(resource, sequence, Math::max);
  }

  /** The newest sequence that anybody saw of a definition. */
  public synchronized OptionalLong definition(String resource) {
    Long sequence = definitions.get(resource);
    return sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence);
  }

  public synchronized int live() {
    return live.size();
  }

  /** The live run that stands so far down the list. */
  public synchronized Optional<Known> pick(double place) {
    return at(List.copyOf(live.values()), place);
  }

  /** The same of those that were told to pause. */
  public synchronized Optional<Known> pickHeld(double place) {
    return at(held(), place);
  }

  /** The live runs that were told to pause. */
  public synchronized List<Known> held() {
    return live.values().stream().filter(known -> HELD.contains(known.state())).toList();
  }

  private static Optional<Known> at(List<Known> some, double place) {
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get((int) (place * some.size())));
  }

  /** A live run whose log nobody has followed yet; now somebody does. */
  public synchronized Optional<String> unfollowed() {
    List<String> names = new ArrayList<>(live.keySet());
    for (int i = names.size() - 1; i >= 0; i--) {
      if (followed.add(names.get(i))) {
        return Optional.of(names.get(i));
      }
    }
    return Optional.empty();
  }
}
