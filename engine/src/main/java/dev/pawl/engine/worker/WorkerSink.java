package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import java.time.Duration;

/**
 * Where a session's messages to its worker go; the gateway implements it over the worker's stream.
 * Calls come from one thread at a time and must not block.
 */
public interface WorkerSink {

  void welcome(String session, Duration heartbeatInterval, Duration leaseTimeToLive);

  void lease(WorkerLease lease);

  /** No lease follows: all that the worker was offered before it drained has come. */
  void drained();

  /** A report was taken in ({@code accepted}: stored), or is of an old fence ({@code stale}). */
  void acknowledge(ExecutionId execution, long fence, boolean stale);

  /** {@code force}: kill at once. {@code drop}: the lease is void, do not report. */
  void stop(ExecutionId execution, long fence, Duration grace, boolean force, boolean drop);

  /** The node is leaving: the worker connects again elsewhere. Ends the stream. */
  void reconnect();

  /** Another live process uses this worker id. Ends the stream. */
  void refuse(String message);
}
