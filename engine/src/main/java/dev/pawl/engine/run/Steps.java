package dev.pawl.engine.run;

import dev.pawl.engine.content.AdditionalData;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the executions of a run ended so far: an immutable table by place ({@link Splits}). A task
 * that is not split is its only execution, whose place is the task's index.
 *
 * <p>A task that is opened again ({@link RunEvent.Retried} and the like) leaves behind what it came
 * to before: its executions go on above that fence.
 *
 * <p>Kept in chunks, so that adding some ends to a table of 10,000 copies a few chunks and not the
 * table.
 */
public final class Steps {
  private static final int CHUNK = 64;

  private final Splits splits;
  private final @Nullable StepEnd[][] chunks;
  private final int succeeded;
  private final int failed;
  private final int terminated;
  private final int rolledBack;
  private final int rollbackFailed;
  private final int firstFailed;

  private final Marks marks;

  /** Why a task was opened again. */
  enum Why {
    /** An operator wants this task done. */
    RETRIED,
    /** Its run goes on after a forced pause. */
    PAUSED,
    /** Everything is done again. */
    REDONE,
    /** An operator wants this task done once more, in a round of its own. */
    STEP_REDONE,
    /** What it did is to be taken back. */
    UNDONE
  }

  /** What an open task that was told to stop is to count as. */
  enum Halt {
    TERMINATED,
    PASSED
  }

  private record Past(StepEnd end, Why why) {}

  /**
   * What is known of few tasks, by index.
   *
   * @param past what tasks that were opened again had come to before
   * @param halts open tasks that were told to stop
   * @param rounds how often a task alone was done once more
   */
  private record Marks(
      Map<Integer, Past> past, Map<Integer, Halt> halts, Map<Integer, Integer> rounds) {
    static final Marks NONE = new Marks(Map.of(), Map.of(), Map.of());

    Marks {
      past = Map.copyOf(past);
      halts = Map.copyOf(halts);
      rounds = Map.copyOf(rounds);
    }

    Marks withPast(Map<Integer, Past> now) {
      return new Marks(now, halts, rounds);
    }

    Marks halting(int index, Halt as) {
      Map<Integer, Halt> now = new HashMap<>(halts);
      now.put(index, as);
      return new Marks(past, now, rounds);
    }

    /** None of those that ended is told to stop any more. */
    Marks ended(List<StepEnd> ends) {
      if (ends.stream().noneMatch(end -> halts.containsKey(end.index()))) {
        return this;
      }
      Map<Integer, Halt> now = new HashMap<>(halts);
      ends.forEach(end -> now.remove(end.index()));
      return new Marks(past, now, rounds);
    }

    Marks nextRound(int index) {
      Map<Integer, Integer> now = new HashMap<>(rounds);
      now.merge(index, 1, Integer::sum);
      return new Marks(past, halts, now);
    }
  }

  private Steps(
      Splits splits, @Nullable StepEnd[][] chunks, int[] counts, int firstFailed, Marks marks) {
    this.splits = splits;
    this.chunks = chunks;
    this.succeeded = counts[StepEnd.Outcome.SUCCEEDED.ordinal()];
    this.failed = counts[StepEnd.Outcome.FAILED.ordinal()];
    this.terminated = counts[StepEnd.Outcome.TERMINATED.ordinal()];
    this.rolledBack = counts[StepEnd.Outcome.ROLLED_BACK.ordinal()];
    this.rollbackFailed = counts[StepEnd.Outcome.ROLLBACK_FAILED.ordinal()];
    this.firstFailed = firstFailed;
    this.marks = marks;
  }

  /** So many tasks that are not split, none ended. */
  public static Steps open(int tasks) {
    return open(Splits.none(tasks));
  }

  /** These executions, none ended. */
  static Steps open(Splits splits) {
    return open(splits, Marks.NONE);
  }

  private static Steps open(Splits splits, Marks marks) {
    int count = (splits.size() + CHUNK - 1) / CHUNK;
    return new Steps(
        splits, new StepEnd[count][CHUNK], new int[StepEnd.Outcome.values().length], -1, marks);
  }

  /** This table with more ends. An open task ends once: another end is a broken promise. */
  public Steps with(List<StepEnd> ends) {
    @Nullable StepEnd[][] next = chunks.clone();
    boolean[] copied = new boolean[next.length];
    int[] counts = {succeeded, failed, terminated, rolledBack, rollbackFailed};
    int nowFirstFailed = firstFailed;
    for (StepEnd end : ends) {
      int slot = splits.slot(end.index());
      int chunk = slot / CHUNK;
      if (!copied[chunk]) {
        next[chunk] = next[chunk].clone();
        copied[chunk] = true;
      }
      if (next[chunk][slot % CHUNK] != null) {
        throw new IllegalStateException("task %d ended twice".formatted(end.index()));
      }
      next[chunk][slot % CHUNK] = end;
      counts[end.outcome().ordinal()]++;
      boolean fails =
          end.outcome() == StepEnd.Outcome.FAILED
              || end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED;
      if (fails && nowFirstFailed < 0) {
        nowFirstFailed = end.index();
      }
    }
    return new Steps(splits, next, counts, nowFirstFailed, marks.ended(ends));
  }

  /** This table with ended tasks open again. */
  Steps reopened(List<Again> again, Why why) {
    if (again.isEmpty()) {
      return this;
    }
    Map<Integer, Past> pasts = new HashMap<>(marks.past());
    Set<Integer> opened = new HashSet<>();
    for (Again one : again) {
      StepEnd end =
          end(one.index())
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
    return open(splits, marks.withPast(pasts)).with(rest);
  }

  /** This table with one ended task open again, in a new round of its own. */
  Steps redone(Again again) {
    Steps opened = reopened(List.of(again), Why.STEP_REDONE);
    return opened.marked(opened.marks.nextRound(again.index()));
  }

  /** This table with an open task that was told to stop. */
  Steps halting(int index, Halt as) {
    return marked(marks.halting(index, as));
  }

  private Steps marked(Marks now) {
    int[] counts = {succeeded, failed, terminated, rolledBack, rollbackFailed};
    return new Steps(splits, chunks, counts, firstFailed, now);
  }

  /** This table with all tasks open again. */
  Steps redone() {
    Map<Integer, Past> pasts = new HashMap<>();
    marks.past().forEach((index, before) -> pasts.put(index, new Past(before.end(), Why.REDONE)));
    ends().forEach(end -> pasts.put(end.index(), new Past(end, Why.REDONE)));
    return open(splits, new Marks(pasts, Map.of(), marks.rounds()));
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
            .map(
                index ->
                    Optional.ofNullable(marks.past().get(index)).orElseThrow().end().undone(at))
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

  /** The tasks that began in this round and ended since, however. */
  List<Again> begun() {
    return ends().stream().filter(StepEnd::begun).map(Steps::again).toList();
  }

  /**
   * How the open tasks stand of a run that was stopped before they began once more: what they did
   * before is still there, to be undone or repeated.
   */
  List<StepEnd> repeatsThatNeverBegan(Instant at) {
    return marks.past().keySet().stream()
        .sorted()
        .filter(this::wanted)
        .map(index -> halted(index, StepEnd.Outcome.TERMINATED, at))
        .toList();
  }

  /** How an open task ends that never began, or not again. */
  StepEnd halted(int index, StepEnd.Outcome outcome, Instant at) {
    Optional<StepEnd> before =
        Optional.ofNullable(marks.past().get(index))
            .filter(past -> past.why() != Why.REDONE)
            .map(Past::end);
    return new StepEnd(
        index,
        outcome,
        outcome == StepEnd.Outcome.SUCCEEDED ? "" : RunEvent.StopReason.STOPPED.name(),
        "stopped before it began",
        "",
        before.map(StepEnd::attempt).orElse(0),
        pastFence(index),
        before.map(StepEnd::worker).orElse(""),
        before.flatMap(StepEnd::startedAt),
        at,
        Map.of(),
        outcome == StepEnd.Outcome.SUCCEEDED,
        before.filter(StepEnd::isUndone).isPresent(),
        before.map(StepEnd::data).orElse(AdditionalData.NONE));
  }

  /** The tasks whose undo failed. */
  List<Again> rollbackFailed() {
    return ends().stream()
        .filter(end -> end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED)
        .map(Steps::again)
        .toList();
  }

  /** The tasks that were undone, and those whose undo failed. */
  List<Again> undoneOrHanging() {
    return ends().stream()
        .filter(
            end ->
                end.outcome() == StepEnd.Outcome.ROLLED_BACK
                    || end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED)
        .map(Steps::again)
        .toList();
  }

  /**
   * What those tasks had come to that are to be undone and were not yet. One whose undo failed
   * before, and was to be tried again, failed: nobody knows what is left of what it did.
   */
  List<StepEnd> toUndo() {
    return marks.past().keySet().stream()
        .sorted()
        .filter(this::undoing)
        .map(index -> Optional.ofNullable(marks.past().get(index)).orElseThrow().end())
        .map(end -> end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED ? end.undoFailed() : end)
        .toList();
  }

  /** Whether an open task had begun before it was opened again. */
  boolean begunBefore(int index) {
    Past before = marks.past().get(index);
    return before != null && before.end().begun();
  }

  /** Whether what an open task did before was taken back already. */
  boolean undoneBefore(int index) {
    Past before = marks.past().get(index);
    return before != null && before.end().isUndone();
  }

  /** Why an open task is open again; empty when it has ended, or never had. */
  Optional<Why> why(int index) {
    return end(index).isPresent()
        ? Optional.empty()
        : Optional.ofNullable(marks.past().get(index)).map(Past::why);
  }

  /** Whether an open task is to begin even where nothing else begins that is new. */
  boolean wanted(int index) {
    return why(index)
        .filter(why -> why == Why.RETRIED || why == Why.PAUSED || why == Why.STEP_REDONE)
        .isPresent();
  }

  /** What an open task is to count as that was told to stop. */
  Optional<Halt> halt(int index) {
    return Optional.ofNullable(marks.halts().get(index));
  }

  /** The open tasks that were told to stop. */
  Set<Integer> halting() {
    return marks.halts().keySet();
  }

  /** How often this task alone was done once more: its rounds above those of its run. */
  int ownRounds(int index) {
    return marks.rounds().getOrDefault(index, 0);
  }

  /** Whether any task alone was done once more. */
  boolean anyOwnRounds() {
    return !marks.rounds().isEmpty();
  }

  /** Whether what a task did is to be taken back, and was not yet. */
  boolean undoing(int index) {
    return why(index).filter(why -> why == Why.UNDONE).isPresent();
  }

  /** Whether what any task did is to be taken back, and was not yet. */
  boolean anyUndoing() {
    return marks.past().keySet().stream().anyMatch(this::undoing);
  }

  /** The last fence that belongs to what a task came to before it was opened again; 0 if none. */
  long pastFence(int index) {
    Past before = marks.past().get(index);
    return before == null ? 0 : before.end().fence();
  }

  /** How a task ended. */
  public Optional<StepEnd> end(int index) {
    return Optional.ofNullable(at(index));
  }

  /** Whether a task succeeded. */
  public boolean succeeded(int index) {
    StepEnd end = at(index);
    return end != null && end.outcome() == StepEnd.Outcome.SUCCEEDED;
  }

  private @Nullable StepEnd at(int place) {
    int slot = splits.slot(place);
    return chunks[slot / CHUNK][slot % CHUNK];
  }

  /** How many executions there are. */
  public int size() {
    return splits.size();
  }

  /** Which executions there are. */
  Splits splits() {
    return splits;
  }

  /** How the executions of a task ended that did so. */
  Stream<StepEnd> endsOf(int task) {
    return splits.siblings(task).mapToObj(this::at).flatMap(Stream::ofNullable);
  }

  /** Whether every execution of a task succeeded. */
  boolean allSucceeded(int task) {
    return splits.siblings(task).allMatch(this::succeeded);
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

  /** The task that failed first; of those that were stopped, when none failed. */
  OptionalInt firstOfTheFailedFamily() {
    return firstFailed >= 0 || terminated == 0
        ? firstFailed()
        : ends().stream()
            .filter(StepEnd::failed)
            .min(Comparator.comparing(StepEnd::endedAt))
            .map(end -> OptionalInt.of(end.index()))
            .orElse(OptionalInt.empty());
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
        && splits.equals(that.splits)
        && firstFailed == that.firstFailed
        && Arrays.deepEquals(chunks, that.chunks)
        && marks.equals(that.marks);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(chunks) + marks.hashCode();
  }

  @Override
  public String toString() {
    return "Steps" + ends();
  }
}
