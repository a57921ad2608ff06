package dev.pawl.engine.definition;

import java.time.Duration;

/**
 * How often an action is attempted and how long it waits in between.
 *
 * @param maxAttempts the first one included, at least 1
 * @param forgivenLosses how many attempts that ended because their worker was lost do not count
 */
public record RetryPlan(int maxAttempts, Backoff backoff, int forgivenLosses) {

  /** A plan in which a lost worker costs an attempt. */
  public RetryPlan(int maxAttempts, Backoff backoff) {
    this(maxAttempts, backoff, 0);
  }

  /** One attempt. */
  public static final RetryPlan NONE = new RetryPlan(1, new Backoff.Fixed(Duration.ofSeconds(1)));

  /** The wait between attempts. */
  public sealed interface Backoff {

    /** The same wait each time. */
    record Fixed(Duration interval) implements Backoff {}

    /** initial, initial * factor, initial * factor^2 ... up to max. */
    record Exponential(Duration initial, double factor, Duration max) implements Backoff {}
  }

  /** The wait after the given failed attempt (1, 2 ...). */
  public Duration waitAfter(int attempt) {
    return switch (backoff) {
      case Backoff.Fixed(var interval) -> interval;
      case Backoff.Exponential(var initial, var factor, var max) -> {
        double millis = initial.toMillis() * Math.pow(factor, attempt - 1.0);
        yield millis >= max.toMillis() ? max : Duration.ofMillis((long) millis);
      }
    };
  }
}
