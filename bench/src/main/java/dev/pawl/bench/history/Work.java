package dev.pawl.bench.history;

import java.util.List;

/**
 * What a worker truly saw and did, written to its own disk before it acts on it. Executions are
 * named {@code RUN/task/0}.
 */
public sealed interface Work extends Observation {

  String worker();

  /** Of the worker's process. */
  String incarnation();

  long at();

  /** What is said of one lease. */
  sealed interface OfLease extends Work {
    String execution();

    long fence();
  }

  /**
   * It says hello to a node; written before it does.
   *
   * @param held the leases that it says it still holds
   */
  record SessionBegan(
      String worker,
      String incarnation,
      long at,
      String node,
      String group,
      int slots,
      List<Held> held)
      implements Work {
    public SessionBegan {
      held = List.copyOf(held);
    }
  }

  /** A lease that it says it holds. */
  record Held(String execution, long fence) {}

  /** A lease arrived; perhaps not for the first time. */
  record Leased(
      String worker,
      String incarnation,
      long at,
      String execution,
      long fence,
      int round,
      int attempt,
      String operation)
      implements OfLease {}

  /** The work begins. */
  record Began(String worker, String incarnation, long at, String execution, long fence)
      implements OfLease {}

  /** It calls the outside ledger. */
  record Acted(String worker, String incarnation, long at, String execution, long fence, String key)
      implements OfLease {}

  /** Nothing of the work runs any more in this process. */
  record Ended(String worker, String incarnation, long at, String execution, long fence)
      implements OfLease {}

  /**
   * A final report leaves, perhaps not for the first time.
   *
   * @param result SUCCEEDED, FAILED or STOPPED
   * @param permanent it says that no further attempt helps
   */
  record Reported(
      String worker,
      String incarnation,
      long at,
      String execution,
      long fence,
      String result,
      String reason,
      boolean permanent,
      String outputsHash)
      implements OfLease {}

  /** The answer to a report arrived: stored, or stale. */
  record Acknowledged(
      String worker, String incarnation, long at, String execution, long fence, boolean stale)
      implements OfLease {}

  /**
   * It is told to stop.
   *
   * @param grace until the kill, in microseconds
   * @param drop the lease is void already
   */
  record StopReceived(
      String worker,
      String incarnation,
      long at,
      String execution,
      long fence,
      long grace,
      boolean force,
      boolean drop)
      implements OfLease {}

  /** The process ended, as its parent saw. */
  record ProcessDied(String worker, String incarnation, long at) implements Work {}
}
