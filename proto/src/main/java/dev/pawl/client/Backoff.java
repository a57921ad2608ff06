package dev.pawl.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses between repetitions: 50 ms doubled up to 2 s, each shortened by up to a fifth. */
public final class Backoff {
  private static final long FIRST_MILLIS = 50;
  private static final long MOST_MILLIS = 2_000;

  private long millis = FIRST_MILLIS;

  /** The next pause, longer than the one before. */
  public Duration next() {
    long jitter = ThreadLocalRandom.current().nextLong(millis / 5 + 1);
    Duration pause = Duration.ofMillis(millis - jitter);
    millis = Math.min(millis * 2, MOST_MILLIS);
    return pause;
  }

  /** Begins with the shortest again. */
  public void reset() {
    millis = FIRST_MILLIS;
  }
}
