package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;
import static dev.pawl.bench.history.world.Timeline.SECOND;

import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Definition.EffectKind;
import dev.pawl.bench.history.Definition.Retry;
import dev.pawl.bench.history.Definition.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The workflows of the world. */
final class Graphs {
  private static final Retry ONCE = new Retry(1, 3, SECOND, 1, SECOND);
  private static final Retry THRICE = new Retry(3, 3, 100 * MS, 2, SECOND);
  private static final OptionalLong NONE = OptionalLong.empty();

  private Graphs() {}

  static List<Definition> all() {
    return List.of(
        graph("chain", "OFFLINE", NONE, 1_000, chain(4)),
        graph("fan", "OFFLINE", NONE, 2, fan(6)),
        graph("diamond", "DISTRIBUTED", NONE, 1_000, diamond()),
        graph("careful", "OPS", NONE, 1_000, careful()),
        graph("hurried", "OFFLINE", OptionalLong.of(3 * SECOND), 1_000, hurried()),
        graph("patient", "OFFLINE", NONE, 1_000, patient()));
  }

  private static Definition graph(
      String name, String profile, OptionalLong timeout, int maxInFlight, List<Task> tasks) {
    return new Definition(
        "hash-" + name, "workflow|default/" + name, profile, timeout, maxInFlight, tasks);
  }

  private static Task task(
      int index,
      List<Integer> needs,
      String group,
      OptionalLong timeout,
      Retry retry,
      EffectKind effect) {
    return new Task(index, "t" + index, needs, group, timeout, 200 * MS, retry, effect);
  }

  private static List<Task> chain(int length) {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      tasks.add(
          task(
              i,
              i == 0 ? List.of() : List.of(i - 1),
              "default",
              NONE,
              THRICE,
              i % 2 == 0 ? EffectKind.IDEMPOTENT : EffectKind.ACTS));
    }
    return tasks;
  }

  private static List<Task> fan(int width) {
    List<Task> tasks = new ArrayList<>();
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      tasks.add(task(i, List.of(), "default", NONE, THRICE, EffectKind.IDEMPOTENT));
      all.add(i);
    }
    tasks.add(task(width, all, "heavy", NONE, ONCE, EffectKind.NONE));
    return tasks;
  }

  private static List<Task> diamond() {
    OptionalLong timeout = OptionalLong.of(SECOND);
    return List.of(
        task(0, List.of(), "default", timeout, THRICE, EffectKind.ACTS),
        task(1, List.of(0), "default", timeout, THRICE, EffectKind.IDEMPOTENT),
        task(2, List.of(0), "heavy", timeout, THRICE, EffectKind.NONE),
        task(3, List.of(1, 2), "default", timeout, ONCE, EffectKind.ACTS));
  }

  private static List<Task> careful() {
    Retry twice = new Retry(2, 0, 300 * MS, 1, 300 * MS);
    OptionalLong hour = OptionalLong.of(3_600 * SECOND);
    return List.of(
        task(0, List.of(), "default", hour, twice, EffectKind.ACTS),
        task(1, List.of(0), "heavy", hour, twice, EffectKind.IDEMPOTENT));
  }

  private static List<Task> hurried() {
    return List.of(
        task(0, List.of(), "default", NONE, THRICE, EffectKind.ACTS),
        task(1, List.of(), "default", NONE, THRICE, EffectKind.NONE));
  }

  private static List<Task> patient() {
    Retry often = new Retry(6, 3, 500 * MS, 1, 500 * MS);
    return List.of(
        task(0, List.of(), "default", NONE, often, EffectKind.IDEMPOTENT),
        task(1, List.of(0), "default", NONE, often, EffectKind.IDEMPOTENT));
  }
}
