package dev.pawl.engine;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.WorkerHello;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerLink;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerReport.Result;
import dev.pawl.engine.worker.WorkerSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker played by hand: it holds leases until it is told what to report. The first execution of
 * a task is called by the task's name, a further one {@code a/1}.
 */
final class HandWorker implements WorkerSink {
  private final WorkerHello hello;
  private final WorkerLink link;
  private final Map<String, WorkerLease> leases = new ConcurrentHashMap<>();
  private final List<String> started = new CopyOnWriteArrayList<>();
  private final Set<String> stopped = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final Set<String> once = ConcurrentHashMap.newKeySet();
  private volatile boolean succeeding;
  private volatile boolean welcomed;
  private volatile boolean drained;
  private volatile boolean gone;

  /** A new process. */
  HandWorker(Engine engine, String id, int slots) {
    this.hello =
        new WorkerHello(
            id, UUID.randomUUID().toString(), "default", slots, Map.of(), List.of(), "test");
    this.link = engine.workers().connect(hello, this);
  }

  /** The same process, connected again with what it still holds. */
  HandWorker(Engine engine, HandWorker before) {
    this.leases.putAll(before.leases);
    this.hello =
        new WorkerHello(
            before.hello.workerId(),
            before.hello.incarnation(),
            "default",
            before.hello.slots(),
            Map.of(),
            leases.values().stream()
                .map(lease -> new WorkerHello.Held(lease.execution(), lease.fence()))
                .toList(),
            "test");
    this.link = engine.workers().connect(hello, this);
  }

  HandWorker succeeding() {
    succeeding = true;
    succeedAll();
    return this;
  }

  /** Succeeds from now on, also where it was told to fail. */
  HandWorker recovering() {
    failing.clear();
    return succeeding();
  }

  /** Sends heartbeats from now on. */
  HandWorker beating() {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!gone) {
                link.heartbeat();
                LockSupport.parkNanos(100_000_000);
              }
            });
    return this;
  }

  HandWorker failing(String task) {
    failing.add(task);
    Optional.ofNullable(leases.get(task)).ifPresent(this::fail);
    return this;
  }

  /** Fails its first attempt only. */
  HandWorker failingOnce(String task) {
    failing.add(task);
    once.add(task);
    return this;
  }

  /** Fails it no more. */
  void mended(String task) {
    failing.remove(task);
  }

  void succeedAll() {
    leases.keySet().forEach(this::succeed);
  }

  void succeed(String task) {
    report(task, new Result.Succeeded(Map.of()));
  }

  void confirmStop(String task) {
    report(task, new Result.Stopped("SIGNAL"));
  }

  private static String name(ExecutionId execution) {
    return execution.index() == 0 ? execution.task() : execution.task() + "/" + execution.index();
  }

  private void fail(WorkerLease lease) {
    report(name(lease.execution()), new Result.Failed("EXIT_CODE", "exit code 1", false));
  }

  private void report(String task, Result result) {
    WorkerLease lease = leases.get(task);
    if (lease == null) {
      throw new AssertionError("no lease of " + task);
    }
    link.report(
        new WorkerReport(lease.execution(), lease.fence(), lease.token(), result, "last line"));
  }

  void forgetLeases() {
    leases.clear();
  }

  void drain() {
    link.drain();
  }

  boolean wasDrained() {
    return drained;
  }

  void disconnect() {
    link.disconnected();
  }

  /** What it was handed with a lease that it holds. */
  Map<String, Payload> inputs(String task) {
    return Optional.ofNullable(leases.get(task)).orElseThrow().spec().inputs();
  }

  boolean held(String task) {
    return leases.containsKey(task);
  }

  /** Whether it holds no lease. */
  boolean idle() {
    return leases.isEmpty();
  }

  List<String> started() {
    return started;
  }

  Set<String> stopped() {
    return stopped;
  }

  boolean acknowledged(String task) {
    return acknowledged.contains(task);
  }

  boolean welcomed() {
    return welcomed;
  }

  @Override
  public void welcome(String session, Duration heartbeatInterval, Duration leaseTimeToLive) {
    welcomed = true;
  }

  @Override
  public void lease(WorkerLease lease) {
    String task = name(lease.execution());
    leases.put(task, lease);
    started.add(task + "#" + lease.fence());
    if (failing.contains(task)) {
      if (once.remove(task)) {
        failing.remove(task);
      }
      fail(lease);
    } else if (succeeding) {
      succeed(task);
    }
  }

  @Override
  public void drained() {
    drained = true;
  }

  @Override
  public void acknowledge(ExecutionId execution, long fence, boolean stale) {
    leases.remove(name(execution));
    acknowledged.add(name(execution));
  }

  @Override
  public void stop(ExecutionId execution, long fence, Duration grace, boolean force, boolean drop) {
    stopped.add(name(execution));
  }

  @Override
  public void reconnect() {
    gone = true;
    welcomed = false;
  }

  @Override
  public void refuse(String message) {
    throw new AssertionError("refused: " + message);
  }
}
