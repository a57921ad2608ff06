package dev.pawl.api.fake;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.GroupPlace;
import dev.pawl.engine.worker.WorkerHello;
import dev.pawl.engine.worker.WorkerLink;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerRow;
import dev.pawl.engine.worker.WorkerSink;
import dev.pawl.engine.worker.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions whose engine side is played by a test. */
public final class FakeWorkers implements Workers {
  /** What groups say of every execution; those that are not here do not answer. */
  public final Map<String, GroupPlace> places = new ConcurrentHashMap<>();

  public final List<Session> sessions = new CopyOnWriteArrayList<>();
  public final List<WorkerRow> rows = new CopyOnWriteArrayList<>();
  public final List<Set<String>> groupsAsked = new CopyOnWriteArrayList<>();
  public volatile Optional<String> refusal = Optional.empty();

  /** One session: what came in, and where the test lets things out. */
  public static final class Session implements WorkerLink {
    public final WorkerHello hello;
    public final WorkerSink sink;
    public final List<WorkerReport> reports = new CopyOnWriteArrayList<>();
    public final AtomicInteger heartbeats = new AtomicInteger();
    public final AtomicInteger drains = new AtomicInteger();
    public final AtomicInteger disconnects = new AtomicInteger();

    Session(WorkerHello hello, WorkerSink sink) {
      this.hello = hello;
      this.sink = sink;
    }

    @Override
    public void report(WorkerReport report) {
      reports.add(report);
    }

    @Override
    public void heartbeat() {
      heartbeats.incrementAndGet();
    }

    @Override
    public void drain() {
      drains.incrementAndGet();
    }

    @Override
    public void disconnected() {
      disconnects.incrementAndGet();
    }
  }

  @Override
  public WorkerLink connect(WorkerHello hello, WorkerSink sink) {
    Session session = new Session(hello, sink);
    sessions.add(session);
    if (refusal.isPresent()) {
      sink.refuse(refusal.get());
    } else {
      sink.welcome("session-1", Duration.ofSeconds(10), Duration.ofSeconds(60));
    }
    return session;
  }

  @Override
  public Set<String> groups() {
    return Set.of("hosts");
  }

  @Override
  public CompletionStage<List<WorkerRow>> list(Set<String> groups) {
    groupsAsked.add(groups);
    return CompletableFuture.completedFuture(rows);
  }

  @Override
  public CompletionStage<Optional<GroupPlace>> place(
      String group, ExecutionId execution, Optional<String> only) {
    return CompletableFuture.completedFuture(Optional.ofNullable(places.get(group)));
  }

  @Override
  public boolean validToken(String token, ExecutionId execution, long fence) {
    return token.equals("token-" + fence);
  }
}
