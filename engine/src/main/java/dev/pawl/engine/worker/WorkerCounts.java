package dev.pawl.engine.worker;

import java.util.concurrent.atomic.LongAdder;

/** What passed between a node and its workers since the node began. */
public final class WorkerCounts {
  private final LongAdder leases = new LongAdder();
  private final LongAdder reports = new LongAdder();
  private final LongAdder staleReports = new LongAdder();

  void leased() {
    leases.increment();
  }

  void reported() {
    reports.increment();
  }

  void answeredStale() {
    staleReports.increment();
  }

  /** Leases handed to workers. */
  public long leases() {
    return leases.sum();
  }

  /** Reports that came, repeated ones and those that say that work has started among them. */
  public long reports() {
    return reports.sum();
  }

  /** Reports that were answered as stale. */
  public long staleReports() {
    return staleReports.sum();
  }
}
