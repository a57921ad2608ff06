package dev.pawl.bench.chaos.node;

import java.time.Duration;

/** How long a worker may be silent; short, so that a run meets many lost ones. */
public record LeaseTimes(Duration heartbeat, Duration timeToLive, Duration grace) {
  /** Those of a server that is told nothing. */
  public static final LeaseTimes USUAL =
      new LeaseTimes(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(15));

  public static final LeaseTimes SHORT =
      new LeaseTimes(Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(3));
}
