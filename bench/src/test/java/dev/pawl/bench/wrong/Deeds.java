package dev.pawl.bench.wrong;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/**
 * What a wrong node has done wrong so far: says so on its output, so that a campaign in which
 * nothing wrong happened is not taken for one in which nothing was found.
 */
@NullMarked
public final class Deeds {
  static final String SAYING = "wrong behaviour, time ";

  private static final AtomicLong asked = new AtomicLong();
  private static final AtomicLong done = new AtomicLong();

  private Deeds() {}

  /** It was done once more. */
  public static void did() {
    long times = done.incrementAndGet();
    if (Long.bitCount(times) == 1) {
      System.out.println(SAYING + times);
    }
  }

  /** Whether it is to be done now: each so many times that it could be. */
  public static boolean each(int times) {
    if (asked.incrementAndGet() % times != 0) {
      return false;
    }
    did();
    return true;
  }
}
