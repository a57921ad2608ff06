package dev.pawl.bench.chaos.node;

import java.time.Duration;

/** How long a worker may be silent; short, so that a run meets many lost ones. */
public record LeaseTimes(Duration heartbeat, Duration timeToLive, Duration grace) {
  public static final LeaseTimes SHORT =
      new LeaseTimes(Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(3));
}
