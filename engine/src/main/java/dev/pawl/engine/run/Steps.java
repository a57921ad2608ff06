package dev.pawl.engine.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How the tasks of a run ended so far: an immutable table by index.
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
  private final int firstFailed;

  private Steps(
      int size,
      @Nullable StepEnd[][] chunks,
      int succeeded,
      int failed,
      int terminated,
      int firstFailed) {
    this.size = size;
    this.chunks = chunks;
    this.succeeded = succeeded;
    this.failed = failed;
    this.terminated = terminated;
    this.firstFailed = firstFailed;
  }

  /** So many tasks, none ended. */
  public static Steps open(int size) {
    int count = (size + CHUNK - 1) / CHUNK;
    return new Steps(size, new StepEnd[count][CHUNK], 0, 0, 0, -1);
  }

  /** This table with more ends. Each task ends at most once: another end is a broken promise. */
  public Steps with(List<StepEnd> ends) {
    @Nullable StepEnd[][] next = chunks.clone();
    boolean[] copied = new boolean[next.length];
    int nowSucceeded = succeeded;
    int nowFailed = failed;
    int nowTerminated = terminated;
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
      switch (end.outcome()) {
        case SUCCEEDED -> nowSucceeded++;
        case FAILED -> {
          nowFailed++;
          nowFirstFailed = nowFirstFailed < 0 ? end.index() : nowFirstFailed;
        }
        case TERMINATED -> nowTerminated++;
      }
    }
    return new Steps(size, next, nowSucceeded, nowFailed, nowTerminated, nowFirstFailed);
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

  /** Whether a task ended in the failed family. */
  public boolean anyFailed() {
    return failed + terminated > 0;
  }

  /** The task that failed first. */
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
        && Arrays.deepEquals(chunks, that.chunks);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(chunks);
  }

  @Override
  public String toString() {
    return "Steps" + ends();
  }
}
