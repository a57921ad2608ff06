package dev.pawl.engine.lock;

import dev.pawl.engine.lock.LockState.Taking;
import dev.pawl.engine.run.RunId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * Who took which lock of a scope last, of those that were taken last: a run that goes on must know
 * whether anybody had its locks since.
 *
 * @param byLock who took it
 * @param byAge the same without the global lock, which is never forgotten
 * @param forgotten the latest number of what is no longer told
 */
public record Past(
    TreePMap<LockName, Taking> byLock, TreePMap<Age, LockName> byAge, long forgotten) {
  /** Of so many locks it is known who took them last, besides the global one. */
  static final int REMEMBERED = 1_000;

  /** Nothing was ever taken. */
  static final Past NONE = new Past(TreePMap.empty(), TreePMap.empty(), 0);

  /**
   * The place of a lock among those that were taken.
   *
   * @param number of the fact by which it was taken last
   */
  public record Age(long number, LockName lock) implements Comparable<Age> {
    private static final Comparator<Age> ORDER =
        Comparator.comparingLong(Age::number).thenComparing(Age::lock);

    @Override
    public int compareTo(Age other) {
      return ORDER.compare(this, other);
    }
  }

  static Past of(Map<LockName, Taking> takings, long forgotten) {
    Past past = new Past(TreePMap.empty(), TreePMap.empty(), forgotten);
    for (Map.Entry<LockName, Taking> taking : takings.entrySet()) {
      past = past.with(taking.getKey(), taking.getValue());
    }
    return past;
  }

  /** Once a run has taken these, too. */
  Past after(RunId run, long number, List<LockName> locks) {
    Past past = this;
    for (LockName lock : locks) {
      past = past.with(lock, new Taking(run, number));
    }
    return past.withoutTheOldest();
  }

  private Past with(LockName lock, Taking taking) {
    TreePMap<Age, LockName> ages = byAge;
    if (!lock.coversScope()) {
      Optional<Taking> before = Optional.ofNullable(byLock.get(lock));
      if (before.isPresent()) {
        ages = ages.minus(new Age(before.get().number(), lock));
      }
      ages = ages.plus(new Age(taking.number(), lock), lock);
    }
    return new Past(byLock.plus(lock, taking), ages, forgotten);
  }

  private Past withoutTheOldest() {
    Past past = this;
    while (past.byAge.size() > REMEMBERED) {
      Age oldest = past.byAge.firstKey();
      past =
          new Past(
              past.byLock.minus(oldest.lock()),
              past.byAge.minus(oldest),
              Math.max(past.forgotten, oldest.number()));
    }
    return past;
  }

  /** Who took this very lock last; of the global one, who took any lock last. */
  Optional<Taking> last(LockName lock) {
    return lock.coversScope() ? lastAgainst(lock) : Optional.ofNullable(byLock.get(lock));
  }

  /** Who took last what conflicts with this lock: all of its scope, if it is the global one. */
  Optional<Taking> lastAgainst(LockName lock) {
    Optional<Taking> own = lock.coversScope() ? newest() : Optional.ofNullable(byLock.get(lock));
    return Stream.concat(own.stream(), Stream.ofNullable(byLock.get(LockName.global(lock.scope()))))
        .max(Comparator.comparingLong(Taking::number));
  }

  private Optional<Taking> newest() {
    return byAge.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(byLock.get(byAge.lastKey().lock()));
  }

  /** Whether it is known who had this lock last. */
  boolean tells(LockName lock) {
    return byLock.containsKey(lock)
        || lastAgainst(lock).filter(taking -> taking.number() > forgotten).isPresent();
  }
}
