package dev.pawl.cli.connection;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses between repetitions: 50 ms doubled up to 2 s, each shortened by up to a fifth. */
final class Backoff {
  private static final long FIRST_MILLIS = 50;
  private static final long MOST_MILLIS = 2_000;

  private long millis = FIRST_MILLIS;

  Duration next() {
    long jitter = ThreadLocalRandom.current().nextLong(millis / 5 + 1);
    Duration pause = Duration.ofMillis(millis - jitter);
    millis = Math.min(millis * 2, MOST_MILLIS);
    return pause;
  }

  void reset() {
    millis = FIRST_MILLIS;
  }

  /** Waits; an interruption counts as the end of the call. */
  static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("Interrupted.").asRuntimeException();
    }
  }
}
