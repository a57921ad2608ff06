package dev.pawl.bench.chaos.record;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The machine's one clock, as histories want it: microseconds since 1970. */
public final class MicroClock {
  private MicroClock() {}

  public static long now() {
    return micros(Instant.now());
  }

  public static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
