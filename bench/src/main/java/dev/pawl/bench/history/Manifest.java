package dev.pawl.bench.history;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a history came to be: its first line.
 *
 * @param version of the format
 * @param number from which workload and faults are made again
 * @param program the command that does so
 * @param begun microseconds since 1970
 * @param faults wanted: each must have bitten
 * @param minima how often something must have happened for the history to say anything, by name, in
 *     place of what the judge asks for otherwise
 */
public record Manifest(
    int version,
    long number,
    String program,
    List<String> nodes,
    long begun,
    long ended,
    Set<Fault.Kind> faults,
    Settings settings,
    Map<String, Long> minima) {

  /** The format that this build writes and reads. */
  public static final int VERSION = 1;

  public Manifest {
    nodes = List.copyOf(nodes);
    faults = Set.copyOf(faults);
    minima = Map.copyOf(minima);
  }

  /**
   * What the system was told, and what is asked of it. Microseconds.
   *
   * @param leaseTimeToLive as configured
   * @param leaseGrace as configured
   * @param clockTolerance how far clocks of two processes, or a rounding, may differ
   * @param lateness how late a timer may be when no fault is under way
   * @param settle by when everything must have ended once the last fault is undone
   * @param heal by when a command must succeed again once a fault is undone
   * @param freshness within which 99 of 100 facts must reach a subscriber when no fault is under
   *     way
   */
  public record Settings(
      long leaseTimeToLive,
      long leaseGrace,
      long clockTolerance,
      long lateness,
      long settle,
      long heal,
      long freshness) {

    /** What the reliability page asks. */
    public static Settings of(long leaseTimeToLive, long leaseGrace) {
      return new Settings(
          leaseTimeToLive, leaseGrace, 50_000, 2_000_000, 120_000_000, 30_000_000, 2_000_000);
    }
  }
}
