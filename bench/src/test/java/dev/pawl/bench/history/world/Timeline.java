package dev.pawl.bench.history.world;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** The world's time: what happens next, and chance. Microseconds. */
final class Timeline {
  static final long MS = 1_000;
  static final long SECOND = 1_000_000;

  private record Due(long at, long number, Runnable action) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
  private final Random random;
  private long numbers;
  private long now;

  Timeline(long number, long begin) {
    this.random = new Random(number);
    this.now = begin;
  }

  long now() {
    return now;
  }

  void at(long when, Runnable action) {
    due.add(new Due(Math.max(when, now), numbers++, action));
  }

  void in(long wait, Runnable action) {
    at(now + wait, action);
  }

  /** Lets everything happen until nothing is due any more. */
  void goOn() {
    for (Due next = due.poll(); next != null; next = due.poll()) {
      now = next.at();
      next.action().run();
    }
  }

  /** Between the two, the upper one left out. */
  long between(long least, long most) {
    return least + (long) (random.nextDouble() * (most - least));
  }

  /** So many times of a hundred. */
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
