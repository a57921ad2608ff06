package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionId;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which executions a run has: one of each task, and more of those that it is split into. An
 * execution is called by its place ({@link Plan#place}).
 */
public final class Splits {
  private final int tasks;
  private final SortedMap<Integer, Split> split;
  private final int size;

  /**
   * A task that is split.
   *
   * @param count its executions
   * @param offset of its second one in a table of all executions
   */
  private record Split(int count, int offset) {}

  /**
   * The executions of a run.
   *
   * @param tasks how many the plan has
   * @param counts the executions of each task that is split, by its index
   */
  public Splits(int tasks, Map<Integer, Integer> counts) {
    this.tasks = tasks;
    this.split = new TreeMap<>();
    int slots = tasks;
    for (Map.Entry<Integer, Integer> count : new TreeMap<>(counts).entrySet()) {
      split.put(count.getKey(), new Split(count.getValue(), slots));
      slots += count.getValue() - 1;
    }
    this.size = slots;
  }

  /** One execution of each task. */
  public static Splits none(int tasks) {
    return new Splits(tasks, Map.of());
  }

  /** How many tasks there are. */
  int tasks() {
    return tasks;
  }

  /** The task that an execution is of. */
  int task(int place) {
    return place % tasks;
  }

  /** How many executions there are. */
  public int size() {
    return size;
  }

  /** How many executions a task has. */
  public int count(int task) {
    Split known = split.isEmpty() ? null : split.get(task);
    return known == null ? 1 : known.count();
  }

  /** Whether there is such an execution of a task. */
  public boolean has(int task, int execution) {
    return execution >= 0 && execution < count(task);
  }

  /** The executions of the task that one at this place belongs to. */
  public IntStream siblings(int place) {
    int task = task(place);
    return IntStream.range(0, count(task)).map(execution -> execution * tasks + task);
  }

  /** All executions: the first of each task, then what those are split into. */
  public IntStream places() {
    return split.isEmpty()
        ? IntStream.range(0, tasks)
        : IntStream.concat(
            IntStream.range(0, tasks),
            split.keySet().stream().flatMapToInt(task -> siblings(task).skip(1)));
  }

  /** The place of an execution; empty when there is none of this name. */
  Optional<Integer> place(Plan plan, ExecutionId id) {
    return plan.task(id.task())
        .map(TaskPlan::index)
        .filter(task -> has(task, id.index()))
        .map(task -> plan.place(task, id.index()));
  }

  /** The row of an execution in a table of all, from 0. */
  int slot(int place) {
    if (place < tasks) {
      return place;
    }
    Split known = split.get(task(place));
    if (known == null || place / tasks >= known.count()) {
      throw new IllegalArgumentException("there is no execution at place " + place);
    }
    return known.offset() + place / tasks - 1;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Splits that && tasks == that.tasks && split.equals(that.split);
  }

  @Override
  public int hashCode() {
    return 31 * tasks + split.hashCode();
  }

  @Override
  public String toString() {
    return "Splits[tasks=%d, split=%s]".formatted(tasks, split);
  }
}
