package dev.pawl.engine.execution;

import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.worker.WorkerLease;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The log of an attempt that started a run: what it started, and how that ended. Written once more
 * after a restart, a line that is stored stays as it is.
 */
final class SubRunLog {
  private final SubRunWorld world;
  private final WorkerLease lease;
  private final String worker;
  private CompletionStage<Logs.Stored> stored =
      CompletableFuture.completedFuture(new Logs.Stored(0, false));

  SubRunLog(SubRunWorld world, WorkerLease lease, String worker) {
    this.world = world;
    this.lease = lease;
    this.worker = worker;
  }

  /**
   * Appends a line; fails when the log cannot be stored now, and that line is then missing.
   *
   * @param last no line follows
   */
  CompletionStage<Logs.Stored> write(String text, boolean last) {
    Instant at = world.clock().instant();
    CompletionStage<Logs.Stored> before = stored.exceptionally(_ -> new Logs.Stored(0, false));
    stored = before.thenCompose(so -> world.logs().append(chunk(so, at, text, last)));
    return stored;
  }

  private LogChunk chunk(Logs.Stored before, Instant at, String text, boolean last) {
    return new LogChunk(
        new LogKey(lease.execution(), lease.fence()),
        lease.startedAt(),
        lease.round(),
        lease.attempt(),
        lease.operation(),
        worker,
        before.storedSequence() + 1,
        1,
        world.packer().pack(at, text),
        last,
        false);
  }
}
