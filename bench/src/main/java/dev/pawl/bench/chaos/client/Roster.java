package dev.pawl.bench.chaos.client;

import dev.pawl.bench.chaos.program.ProgramMaker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/** The runs and definitions that clients know of, as they saw them last. */
public final class Roster {
  private static final Set<String> ENDED =
      Set.of("SUCCEEDED", "FAILED", "TERMINATED", "ROLLED_BACK", "ROLLBACK_FAILED");

  /** Those that ended well are wanted less often. */
  private static final Set<String> MENDABLE = Set.of("FAILED", "TERMINATED", "ROLLBACK_FAILED");

  private static final int REMEMBERED = 60;

  private static final Set<String> HELD = Set.of("PAUSED", "PAUSING");

  // Guarded by this; live runs in the order in which they were started.
  private final Map<String, Known> live = new LinkedHashMap<>();
  private final Map<String, Known> ended = new LinkedHashMap<>();
  private final Map<String, List<String>> steps = new HashMap<>();
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
    Known past = ended.get(name);
    if (past != null && past.sequence() > sequence) {
      return;
    }
    ended.remove(name);
    if (ENDED.contains(state)) {
      live.remove(name);
      ended.put(name, new Known(name, sequence, state));
      if (ended.size() > REMEMBERED) {
        ended.remove(ended.keySet().iterator().next());
      }
      return;
    }
    Known known = live.get(name);
    if (known == null || known.sequence() <= sequence) {
      live.put(name, new Known(name, sequence, state));
    }
  }

  /** How many steps a run has, and of what. */
  synchronized void sawSteps(String name, String definition, int count) {
    if (count > 0) {
      steps.computeIfAbsent(
          name,
          _ ->
              definition.contains("/tasks/")
                  ? List.of(definition.substring(definition.lastIndexOf('/') + 1))
                  : IntStream.range(0, count).mapToObj(ProgramMaker::name).toList());
    }
  }

  /** The step that stands so far down a run. */
  synchronized Optional<String> step(String name, double place) {
    return at(steps.getOrDefault(name, List.of()), place);
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

  /**
   * The run that ended lately and stands so far down the list: most often one that can be mended.
   */
  public synchronized Optional<Known> pickEnded(double place) {
    List<Known> mendable =
        ended.values().stream().filter(known -> MENDABLE.contains(known.state())).toList();
    return place < 0.75 && !mendable.isEmpty()
        ? at(mendable, place / 0.75)
        : at(List.copyOf(ended.values()), place);
  }

  /** The live runs that were told to pause. */
  public synchronized List<Known> held() {
    return live.values().stream().filter(known -> HELD.contains(known.state())).toList();
  }

  private static <T> Optional<T> at(List<T> some, double place) {
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
