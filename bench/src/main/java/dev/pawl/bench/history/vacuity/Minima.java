package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.Manifest;
import java.util.Map;

/**
 * How often something must have happened. A history may name others: a run of three minutes does
 * less than one of an hour.
 */
public final class Minima {
  /** Operations answered OK. */
  public static final String OK = "ok";

  /**
   * Operations answered OK while faults of one class were under way; {@code ok in KILL} for one.
   */
  public static final String OK_IN_FAULT = "ok in fault";

  /** Of a hundred operations after a fault was undone, how many must have been answered OK. */
  public static final String OK_PERCENT_HEALED = "ok percent healed";

  private static final Map<String, Long> PAGE =
      Map.of(
          OK,
          1_000L,
          OK_IN_FAULT,
          50L,
          OK_PERCENT_HEALED,
          30L,
          "C-5 stale",
          20L,
          "D-1 close",
          100L,
          "F-2",
          100L);

  private static final long ANY = 1;

  private final Map<String, Long> own;

  public Minima(Manifest manifest) {
    this.own = manifest.minima();
  }

  /** By name; what nobody names must have happened once. */
  public long of(String name) {
    return own.getOrDefault(name, PAGE.getOrDefault(name, ANY));
  }

  /** By name, else by the name of what it is one of. */
  public long of(String name, String general) {
    return own.containsKey(name) ? own.getOrDefault(name, ANY) : of(general);
  }
}
