package dev.pawl.engine.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the tasks of a run ended so far: an immutable table by index.
 *
 * <p>A task that is opened again ({@link RunEvent.Retried} and the like) leaves behind what it came
 * to before: its executions go on above that fence.
 *
 * <p>Kept in chunks, so that adding some ends to a table of 10,000 copies a few chunks and not the
 * table.
 */
public final class Steps {
  private static final int CHUNK = 64;

  private final int size;
  private final @Nullable StepEnd[][] chunks;
  private final int succeeded;
  private final int failed;
  private final int terminated;
  private final int rolledBack;
  private final int rollbackFailed;
  private final int firstFailed;

  /** What tasks that were opened again had come to before, by index. */
  private final Map<Integer, Past> past;

  /** Why a task was opened again. */
  enum Why {
    /** An operator wants this task done. */
    RETRIED,
    /** Its run goes on after a forced pause. */
    PAUSED,
    /** Everything is done again. */
    REDONE,
    /** What it did is to be taken back. */
    UNDONE
  }

  private record Past(StepEnd end, Why why) {}

  private Steps(
      int size,
      @Nullable StepEnd[][] chunks,
      int[] counts,
      int firstFailed,
      Map<Integer, Past> past) {
    this.size = size;
    this.chunks = chunks;
    this.succeeded = counts[StepEnd.Outcome.SUCCEEDED.ordinal()];
    this.failed = counts[StepEnd.Outcome.FAILED.ordinal()];
    this.terminated = counts[StepEnd.Outcome.TERMINATED.ordinal()];
    this.rolledBack = counts[StepEnd.Outcome.ROLLED_BACK.ordinal()];
    this.rollbackFailed = counts[StepEnd.Outcome.ROLLBACK_FAILED.ordinal()];
    this.firstFailed = firstFailed;
    this.past = past;
  }

  /** So many tasks, none ended. */
  public static Steps open(int size) {
    return open(size, Map.of());
  }

  private static Steps open(int size, Map<Integer, Past> past) {
    int count = (size + CHUNK - 1) / CHUNK;
    return new Steps(
        size, new StepEnd[count][CHUNK], new int[StepEnd.Outcome.values().length], -1, past);
  }

  /** This table with more ends. An open task ends once: another end is a broken promise. */
  public Steps with(List<StepEnd> ends) {
    @Nullable StepEnd[][] next = chunks.clone();
    boolean[] copied = new boolean[next.length];
    int[] counts = {succeeded, failed, terminated, rolledBack, rollbackFailed};
    int nowFirstFailed = firstFailed;
    for (StepEnd end : ends) {
      int chunk = end.index() / CHUNK;
      if (!copied[chunk]) {
        next[chunk] = next[chunk].clone();
        copied[chunk] = true;
      }
      if (next[chunk][end.index() % CHUNK] != null) {
        throw new IllegalStateException("task %d ended twice".formatted(end.index()));
      }
      next[chunk][end.index() % CHUNK] = end;
      counts[end.outcome().ordinal()]++;
      boolean fails =
          end.outcome() == StepEnd.Outcome.FAILED
              || end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED;
      if (fails && nowFirstFailed < 0) {
        nowFirstFailed = end.index();
      }
    }
    return new Steps(size, next, counts, nowFirstFailed, past);
  }

  /** This table with ended tasks open again. */
  Steps reopened(List<Again> again, Why why) {
    if (again.isEmpty()) {
      return this;
    }
    Map<Integer, Past> pasts = new HashMap<>(past);
    Set<Integer> opened = new HashSet<>();
    for (Again one : again) {
      StepEnd end =
          end(one.index())
              .or(() -> why == Why.UNDONE ? endBefore(one.index()) : Optional.empty())
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "task %d is open and cannot be opened again".formatted(one.index())));
      pasts.put(one.index(), new Past(end, why));
      opened.add(one.index());
    }
    List<StepEnd> rest =
        ends().stream()
            .filter(end -> !opened.contains(end.index()))
            // Which failed first is asked of the table, so they go in by time.
            .sorted(Comparator.comparing(StepEnd::endedAt))
            .toList();
    return open(size, Map.copyOf(pasts)).with(rest);
  }

  /** This table with all tasks open again. */
  Steps redone() {
    Map<Integer, Past> pasts = new HashMap<>();
    past.forEach((index, before) -> pasts.put(index, new Past(before.end(), Why.REDONE)));
    ends().forEach(end -> pasts.put(end.index(), new Past(end, Why.REDONE)));
    return open(size, Map.copyOf(pasts));
  }

  /** This table with another end of a task that has ended. */
  Steps replaced(StepEnd end) {
    return reopened(end(end.index()).map(Steps::again).stream().toList(), Why.RETRIED)
        .with(List.of(end));
  }

  /** This table with tasks that were to be undone and have nothing to take back. */
  Steps undone(List<Integer> indexes, Instant at) {
    return with(
        indexes.stream()
            .map(index -> Optional.ofNullable(past.get(index)).orElseThrow().end().undone(at))
            .toList());
  }

  /** How a task is opened again that ended so. */
  static Again again(StepEnd end) {
    return new Again(end.index(), end.outcome());
  }

  /** The tasks that start anew when the run goes on after a forced pause. */
  List<Again> paused() {
    return terminated == 0
        ? List.of()
        : ends().stream().filter(StepEnd::paused).map(Steps::again).toList();
  }

  /** The tasks that ended in the failed family. */
  List<Again> failedFamily() {
    return ends().stream().filter(StepEnd::failed).map(Steps::again).toList();
  }

  /**
   * The tasks that began in this round, however they ended; also those that are open again and did
   * not come to begin anew.
   */
  List<Again> begun() {
    return IntStream.range(0, size)
        .filter(this::hasBegun)
        .mapToObj(index -> again(end(index).or(() -> endBefore(index)).orElseThrow()))
        .toList();
  }

  /** Whether a task is among those that {@link #begun}. */
  boolean hasBegun(int index) {
    return end(index).or(() -> endBefore(index)).filter(end -> end.fence() > 0).isPresent();
  }

  /** What an open task came to in this round before it was opened again. */
  private Optional<StepEnd> endBefore(int index) {
    return Optional.ofNullable(past.get(index))
        .filter(before -> before.why() != Why.REDONE)
        .map(Past::end);
  }

  /** The tasks whose undo failed. */
  List<Again> rollbackFailed() {
    return ends().stream()
        .filter(end -> end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED)
        .map(Steps::again)
        .toList();
  }

  /** Why an open task is open again; empty when it has ended, or never had. */
  Optional<Why> why(int index) {
    return end(index).isPresent()
        ? Optional.empty()
        : Optional.ofNullable(past.get(index)).map(Past::why);
  }

  /** Whether an open task is to begin even where nothing else begins that is new. */
  boolean wanted(int index) {
    return why(index).filter(why -> why == Why.RETRIED || why == Why.PAUSED).isPresent();
  }

  /** Whether what a task did is to be taken back, and was not yet. */
  boolean undoing(int index) {
    return why(index).filter(why -> why == Why.UNDONE).isPresent();
  }

  /** Whether what any task did is to be taken back, and was not yet. */
  boolean anyUndoing() {
    return past.keySet().stream().anyMatch(this::undoing);
  }

  /** The last fence that belongs to what a task came to before it was opened again; 0 if none. */
  long pastFence(int index) {
    Past before = past.get(index);
    return before == null ? 0 : before.end().fence();
  }

  /** How a task ended. */
  public Optional<StepEnd> end(int index) {
    return Optional.ofNullable(chunks[index / CHUNK][index % CHUNK]);
  }

  /** Whether a task succeeded. */
  public boolean succeeded(int index) {
    StepEnd end = chunks[index / CHUNK][index % CHUNK];
    return end != null && end.outcome() == StepEnd.Outcome.SUCCEEDED;
  }

  public int size() {
    return size;
  }

  public int succeededCount() {
    return succeeded;
  }

  public int failedCount() {
    return failed;
  }

  public int terminatedCount() {
    return terminated;
  }

  public int rolledBackCount() {
    return rolledBack;
  }

  public int rollbackFailedCount() {
    return rollbackFailed;
  }

  /** Whether a task ended in the failed family. */
  public boolean anyFailed() {
    return failed + terminated > 0;
  }

  /** The task that failed first, or whose undo did. */
  public OptionalInt firstFailed() {
    return firstFailed < 0 ? OptionalInt.empty() : OptionalInt.of(firstFailed);
  }

  /** All ends, by index. */
  public List<StepEnd> ends() {
    List<StepEnd> ends = new ArrayList<>();
    for (@Nullable StepEnd[] chunk : chunks) {
      for (StepEnd end : chunk) {
        if (end != null) {
          ends.add(end);
        }
      }
    }
    return ends;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Steps that
        && size == that.size
        && firstFailed == that.firstFailed
        && Arrays.deepEquals(chunks, that.chunks)
        && past.equals(that.past);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(chunks) + past.hashCode();
  }

  @Override
  public String toString() {
    return "Steps" + ends();
  }
}
