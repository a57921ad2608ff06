package dev.pawl.bench.proxy;

import java.time.Duration;

/** What a {@link FaultProxy} does with the connections of one source. */
public sealed interface Rule {
  /** Everything goes through at once. */
  record Pass() implements Rule {}

  /** Connections are reset: those that stand, and new ones as soon as they come. */
  record Cut() implements Rule {}

  /**
   * Connections stay open, new ones are accepted, and nothing goes through in either direction:
   * what a network does that drops every packet. What was held goes through once the rule is
   * another.
   */
  record Blackhole() implements Rule {}

  /** Each piece of data goes through so much later. */
  record Delay(Duration by) implements Rule {}
}
