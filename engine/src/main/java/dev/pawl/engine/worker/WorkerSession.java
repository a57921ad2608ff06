package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.SessionMessage.FromWorker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One connected worker: hands leases out, takes reports in, and knows how long the last heartbeat
 * is ago. It decides nothing; when its stream is gone it leaves the group and stops.
 */
final class WorkerSession extends AbstractBehavior<SessionMessage> {
  private static final Duration JOIN_AGAIN = Duration.ofSeconds(1);
  private static final Duration DRAIN_AGAIN = Duration.ofMillis(100);

  private final TimerScheduler<SessionMessage> timers;
  private final WorkerHello hello;
  private final WorkerSink sink;
  private final SessionWorld world;

  /** The fence of the lease that the worker has of each execution. */
  private final Map<ExecutionId, Long> held = new HashMap<>();

  /** Leases for which the worker has no room yet, oldest first. */
  private final Map<ExecutionId, WorkerLease> late = new LinkedHashMap<>();

  private Instant heartbeatAt;
  private boolean welcomed;
  private boolean draining;
  private boolean drained;

  /**
   * What a session leans on.
   *
   * @param toGroup tells the worker's group something
   * @param toExecution hands a report to its execution, with this session to answer
   * @param counts told what passes
   */
  record SessionWorld(
      BiConsumer<String, GroupMessage> toGroup,
      BiConsumer<WorkerReport, ActorRef<SessionMessage>> toExecution,
      LeaseTokens tokens,
      InstantSource clock,
      Duration heartbeatInterval,
      Duration leaseTimeToLive,
      WorkerCounts counts) {}

  static Behavior<SessionMessage> create(WorkerHello hello, WorkerSink sink, SessionWorld world) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new WorkerSession(context, timers, hello, sink, world)));
  }

  private WorkerSession(
      ActorContext<SessionMessage> context,
      TimerScheduler<SessionMessage> timers,
      WorkerHello hello,
      WorkerSink sink,
      SessionWorld world) {
    super(context);
    this.timers = timers;
    this.hello = hello;
    this.sink = sink;
    this.world = world;
    hello.held().forEach(lease -> held.merge(lease.execution(), lease.fence(), Math::max));
    this.heartbeatAt = world.clock().instant();
    timers.startTimerWithFixedDelay(
        "heartbeat", new SessionMessage.HeartbeatDue(), world.heartbeatInterval());
    join();
  }

  @Override
  public Receive<SessionMessage> createReceive() {
    return newReceiveBuilder().onMessage(SessionMessage.class, this::receive).build();
  }

  private Behavior<SessionMessage> receive(SessionMessage message) {
    return switch (message) {
      case SessionMessage.JoinDue _, SessionMessage.Rejoin _ -> join();
      case SessionMessage.GroupBorn(var group) -> group.equals(hello.group()) ? join() : this;
      case SessionMessage.HeartbeatDue _ -> checkHeartbeat();
      case SessionMessage.Joined _ -> {
        timers.cancel("join");
        welcome();
        yield this;
      }
      case SessionMessage.Refused(var text) -> {
        sink.refuse(text);
        yield Behaviors.stopped();
      }
      case SessionMessage.Drained(var leases) -> {
        drained(leases);
        yield this;
      }
      case SessionMessage.DrainDue _ -> {
        drain();
        yield this;
      }
      case SessionMessage.Deliver(var lease) -> {
        deliver(lease);
        yield this;
      }
      case SessionMessage.Acknowledge(var execution, var fence, var stale) -> {
        if (stale) {
          world.counts().answeredStale();
          free(execution, fence);
        }
        sink.acknowledge(execution, fence, stale);
        settled(execution, fence);
        yield this;
      }
      case SessionMessage.StopWork(var execution, var fence, var grace, var force, var drop) -> {
        if (drop) {
          free(execution, fence);
        }
        sink.stop(execution, fence, grace, force, drop);
        if (drop || isLate(execution, fence)) {
          // What has not begun shall not begin: who waits for its end has a limit.
          settled(execution, fence);
        }
        yield this;
      }
      case SessionMessage.AskAlive(var execution, var fence, var replyTo) -> {
        alive(execution, fence, replyTo);
        yield this;
      }
      case SessionMessage.Close _ -> {
        sink.reconnect();
        yield leave();
      }
      case FromWorker.Reported(var report) -> {
        reported(report);
        yield this;
      }
      case FromWorker.Heartbeat _ -> {
        heartbeatAt = world.clock().instant();
        toGroup(
            new GroupMessage.Beat(
                getContext().getSelf(), hello.workerId(), held.size() + late.size()));
        yield this;
      }
      case FromWorker.Draining _ -> {
        draining = true;
        drain();
        yield this;
      }
      case FromWorker.Disconnected _ -> leave();
    };
  }

  /**
   * Hands a lease out as soon as the worker has room: one that comes on an offer of an earlier life
   * of the group may be one too many, and one may come before the word that its slot is free.
   */
  private void deliver(WorkerLease lease) {
    if (newest(lease.execution()) >= lease.fence()) {
      // The worker has it or a later one, or will have it as long as this stream stands.
      return;
    }
    // A further attempt takes the place of the one before, whose end nobody may report any more.
    if (held.size() < hello.slots() || held.containsKey(lease.execution())) {
      handOut(lease);
    } else {
      late.put(lease.execution(), lease);
    }
  }

  /** The fence of the last lease that came of an execution; 0 without any. */
  private long newest(ExecutionId execution) {
    WorkerLease waiting = late.get(execution);
    return Math.max(held.getOrDefault(execution, 0L), waiting == null ? 0 : waiting.fence());
  }

  private boolean has(ExecutionId execution, long fence) {
    Long found = held.get(execution);
    return found != null && found == fence;
  }

  private boolean isLate(ExecutionId execution, long fence) {
    WorkerLease found = late.get(execution);
    return found != null && found.fence() == fence;
  }

  /** All leases that are here, whether the worker has room for them or not. */
  private List<WorkerHello.Held> known() {
    return Stream.concat(
            held.entrySet().stream()
                .map(lease -> new WorkerHello.Held(lease.getKey(), lease.getValue())),
            late.values().stream()
                .map(lease -> new WorkerHello.Held(lease.execution(), lease.fence())))
        .toList();
  }

  /** A lease is over: there may be room for one that came late. */
  private void settled(ExecutionId execution, long fence) {
    held.remove(execution, fence);
    if (isLate(execution, fence)) {
      late.remove(execution);
    }
    while (held.size() < hello.slots() && !late.isEmpty()) {
      WorkerLease next = late.values().iterator().next();
      late.remove(next.execution());
      handOut(next);
    }
  }

  private void handOut(WorkerLease lease) {
    held.put(lease.execution(), lease.fence());
    world.counts().leased();
    sink.lease(lease);
  }

  /** Asks the group until all leases that were on their way have come. */
  private void drain() {
    if (!drained) {
      toGroup(new GroupMessage.Drain(getContext().getSelf(), hello.workerId()));
      timers.startSingleTimer("drain", new SessionMessage.DrainDue(), DRAIN_AGAIN);
    }
  }

  private void drained(List<WorkerHello.Held> leases) {
    if (!drained && leases.stream().allMatch(lease -> has(lease.execution(), lease.fence()))) {
      drained = true;
      timers.cancel("drain");
      sink.drained();
    }
  }

  private void welcome() {
    if (!welcomed) {
      welcomed = true;
      sink.welcome(
          getContext().getSelf().path().name(), world.heartbeatInterval(), world.leaseTimeToLive());
    }
  }

  /** The worker has not (or no longer) this lease: its slot is free. */
  private void free(ExecutionId execution, long fence) {
    toGroup(new GroupMessage.Freed(execution, fence, hello.workerId()));
  }

  /** A worker that is silent for the time to live is gone, though its connection stands. */
  private Behavior<SessionMessage> checkHeartbeat() {
    Duration age = Duration.between(heartbeatAt, world.clock().instant());
    if (age.compareTo(world.leaseTimeToLive()) > 0) {
      getContext().getLog().warn("worker {} is silent for {}", hello.workerId(), age);
      sink.reconnect();
      return leave();
    }
    return this;
  }

  /** Joins with what the worker holds now: the group may have lost its memory. */
  private Behavior<SessionMessage> join() {
    WorkerHello now =
        new WorkerHello(
            hello.workerId(),
            hello.incarnation(),
            hello.group(),
            hello.slots(),
            hello.labels(),
            known(),
            hello.version());
    toGroup(new GroupMessage.Join(getContext().getSelf(), now, welcomed, draining));
    timers.startSingleTimer("join", new SessionMessage.JoinDue(), JOIN_AGAIN);
    return this;
  }

  private Behavior<SessionMessage> leave() {
    toGroup(new GroupMessage.Leave(getContext().getSelf(), hello.workerId()));
    return Behaviors.stopped();
  }

  private void toGroup(GroupMessage message) {
    world.toGroup().accept(hello.group(), message);
  }

  private void reported(WorkerReport report) {
    heartbeatAt = world.clock().instant();
    world.counts().reported();
    if (world.tokens().valid(report.token(), report.execution(), report.fence())) {
      world.toExecution().accept(report, getContext().getSelf());
    } else {
      world.counts().answeredStale();
      free(report.execution(), report.fence());
      sink.acknowledge(report.execution(), report.fence(), true);
    }
  }

  private void alive(ExecutionId execution, long fence, ActorRef<LeaseNews> replyTo) {
    if (has(execution, fence) || isLate(execution, fence)) {
      replyTo.tell(
          new LeaseNews.Alive(fence, Duration.between(heartbeatAt, world.clock().instant())));
    }
  }
}
