package dev.pawl.engine;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.worker.WorkerHello;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerLink;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerReport.Result;
import dev.pawl.engine.worker.WorkerSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker of many runs at once: holds what it is given until it is told to report, or to stop, and
 * reports each lease once.
 */
final class RacingWorker implements WorkerSink, AutoCloseable {
  private static final int SLOTS = 10_000;

  private final WorkerLink link;
  private final Map<ExecutionId, WorkerLease> held = new ConcurrentHashMap<>();
  private final Map<ExecutionId, CompletableFuture<WorkerLease>> first = new ConcurrentHashMap<>();
  private final Map<ExecutionId, CompletableFuture<ExecutionId>> acknowledged =
      new ConcurrentHashMap<>();
  private final Set<Given> given = ConcurrentHashMap.newKeySet();
  private final Set<RunId> free = ConcurrentHashMap.newKeySet();
  private volatile boolean gone;

  /** A lease that came. */
  record Given(ExecutionId execution, long fence) {}

  RacingWorker(Engine engine) {
    this.link =
        engine
            .workers()
            .connect(
                new WorkerHello(
                    "racer",
                    UUID.randomUUID().toString(),
                    "default",
                    SLOTS,
                    Map.of(),
                    List.of(),
                    "test"),
                this);
    Thread.ofVirtual()
        .start(
            () -> {
              while (!gone) {
                link.heartbeat();
                LockSupport.parkNanos(100_000_000);
              }
            });
  }

  /** Waits until it holds the first lease of a task. */
  void awaitLease(RunId run, String task) throws Exception {
    first(new ExecutionId(run, task, 0)).get(60, TimeUnit.SECONDS);
  }

  private CompletableFuture<WorkerLease> first(ExecutionId execution) {
    return first.computeIfAbsent(execution, _ -> new CompletableFuture<>());
  }

  boolean holds(RunId run, String task) {
    return held.containsKey(new ExecutionId(run, task, 0));
  }

  /** Every lease that it was ever given. */
  Set<Given> given() {
    return given;
  }

  /** Completed once a report of this task, be it this one, was taken in. */
  CompletableFuture<ExecutionId> succeed(RunId run, String task) {
    ExecutionId execution = new ExecutionId(run, task, 0);
    report(execution, new Result.Succeeded(Map.of()));
    return acknowledged(execution);
  }

  private CompletableFuture<ExecutionId> acknowledged(ExecutionId execution) {
    return acknowledged.computeIfAbsent(execution, _ -> new CompletableFuture<>());
  }

  void fail(RunId run, String task) {
    report(new ExecutionId(run, task, 0), new Result.Failed("EXIT_CODE", "exit code 1", false));
  }

  /** Whatever this run has it do from now on succeeds at once. */
  void free(RunId run, List<String> tasks) {
    free.add(run);
    tasks.forEach(task -> report(new ExecutionId(run, task, 0), new Result.Succeeded(Map.of())));
  }

  /** Only who takes the lease away reports: nothing when somebody else did. */
  private void report(ExecutionId execution, Result result) {
    WorkerLease lease = held.remove(execution);
    if (lease != null) {
      link.report(new WorkerReport(execution, lease.fence(), lease.token(), result, ""));
    }
  }

  @Override
  public void welcome(String session, Duration heartbeatInterval, Duration leaseTimeToLive) {}

  @Override
  public void lease(WorkerLease lease) {
    given.add(new Given(lease.execution(), lease.fence()));
    held.put(lease.execution(), lease);
    first(lease.execution()).complete(lease);
    if (free.contains(lease.execution().run())) {
      report(lease.execution(), new Result.Succeeded(Map.of()));
    }
  }

  @Override
  public void drained() {}

  @Override
  public void acknowledge(ExecutionId execution, long fence, boolean stale) {
    acknowledged(execution).complete(execution);
  }

  @Override
  public void stop(ExecutionId execution, long fence, Duration grace, boolean force, boolean drop) {
    report(execution, new Result.Stopped("SIGNAL"));
  }

  @Override
  public void reconnect() {
    gone = true;
  }

  @Override
  public void refuse(String message) {
    throw new AssertionError("refused: " + message);
  }

  @Override
  public void close() {
    gone = true;
  }
}
