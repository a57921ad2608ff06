package dev.pawl.bench.history.world;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What observers wrote down, and the world's journal with it. */
final class Book {
  private final Timeline time;
  private final List<Observation> observations = new ArrayList<>();
  private final List<Fact> rows = new ArrayList<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final Map<String, Integer> lives = new HashMap<>();
  private final List<Runnable> readers = new ArrayList<>();
  private int life = 1;

  Book(Timeline time) {
    this.time = time;
  }

  void write(Observation observation) {
    observations.add(observation);
  }

  List<Observation> observations() {
    return observations;
  }

  /** Stores a fact. */
  Fact store(String entity, String before, String after, Cause cause, Change change) {
    long sequence = sequences.merge(entity, 1L, Long::sum);
    long ordering = rows.size() + 1L;
    Fact fact =
        new Fact(
            entity,
            sequence,
            1,
            1_000 + ordering / 3,
            ordering,
            entity + "~" + lives.computeIfAbsent(entity, _ -> life),
            time.now(),
            before,
            after,
            cause,
            change);
    rows.add(fact);
    observations.add(fact);
    readers.forEach(Runnable::run);
    return fact;
  }

  /** Half of the entities begin another life: their node is gone. */
  void moveHalf() {
    life++;
    List<String> entities = new ArrayList<>(lives.keySet());
    entities.sort(null);
    for (String entity : entities) {
      if (time.chance(50)) {
        lives.put(entity, life);
      }
    }
  }

  long sequence(String entity) {
    return sequences.getOrDefault(entity, 0L);
  }

  List<Fact> rows() {
    return rows;
  }

  /** Calls it after each fact. */
  void follow(Runnable reader) {
    readers.add(reader);
  }
}
