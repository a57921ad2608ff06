package dev.pawl.engine.log;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which logs are kept, by whole days (UTC) on which attempts began.
 *
 * @param age how long after its run has ended; empty: for ever
 * @param maxBytes what all of them may take in the database, indexes included; empty: any amount
 */
public record LogsKept(Optional<Duration> age, OptionalLong maxBytes) {
  /** Those of a season, whatever they take. */
  public static final LogsKept USUAL =
      new LogsKept(Optional.of(Duration.ofDays(90)), OptionalLong.empty());
}
