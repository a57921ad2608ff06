package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.wire.Passivation;
import dev.pawl.engine.worker.SessionMessage.FromWorker;
import dev.pawl.engine.worker.WorkerSession.SessionWorld;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** Worker groups as sharded entities, and the sessions of this node's workers. */
public final class ShardedWorkers implements Workers {
  /** What a group is called among the kinds of entities. */
  public static final String KIND = "worker-group";

  /** Whoever asks for a place in a line wants to hear something soon. */
  private static final Duration PLACE_PATIENCE = Duration.ofSeconds(2);

  private static final EntityTypeKey<GroupMessage> TYPE =
      EntityTypeKey.create(GroupMessage.class, KIND);

  private final ActorSystem<?> system;
  private final ClusterSharding sharding;
  private final LeaseTokens tokens;
  private final Duration timeout;
  private final SessionWorld world;
  private final WorkerCounts counts = new WorkerCounts();
  private final AtomicLong sessions = new AtomicLong();
  private final Set<String> groups = ConcurrentHashMap.newKeySet();
  private final Set<ActorRef<SessionMessage>> open = ConcurrentHashMap.newKeySet();

  /**
   * @param toExecution hands a report to its execution, with the session to answer
   * @param news tells an execution what became of its lease
   * @param lives lets all nodes know that a group lives here, and whether it was just born
   */
  public ShardedWorkers(
      ActorSystem<?> system,
      ClusterSharding sharding,
      LeaseTokens tokens,
      InstantSource clock,
      Duration timeout,
      Duration heartbeatInterval,
      Duration leaseTimeToLive,
      BiConsumer<WorkerReport, ActorRef<SessionMessage>> toExecution,
      BiConsumer<ExecutionId, LeaseNews> news,
      BiConsumer<String, Boolean> lives) {
    this.system = system;
    this.sharding = sharding;
    this.tokens = tokens;
    this.timeout = timeout;
    this.world =
        new SessionWorld(
            this::toGroup, toExecution, tokens, clock, heartbeatInterval, leaseTimeToLive, counts);
    sharding.init(
        Entity.of(
                TYPE,
                context ->
                    WorkerGroup.create(
                        clock, news, born -> lives.accept(context.getEntityId(), born)))
            .withSettings(Passivation.byEntity(system)));
  }

  /** Tells a group something. */
  public void toGroup(String group, GroupMessage message) {
    groups.add(group);
    entity(group).tell(message);
  }

  private EntityRef<GroupMessage> entity(String group) {
    return sharding.entityRefFor(TYPE, group);
  }

  @Override
  public WorkerLink connect(WorkerHello hello, WorkerSink sink) {
    ActorRef<SessionMessage> session =
        system.systemActorOf(
            WorkerSession.create(hello, sink, world),
            "worker-session-" + sessions.incrementAndGet(),
            Props.empty());
    open.add(session);
    return new WorkerLink() {
      @Override
      public void report(WorkerReport report) {
        session.tell(new FromWorker.Reported(report));
      }

      @Override
      public void heartbeat() {
        session.tell(new FromWorker.Heartbeat());
      }

      @Override
      public void drain() {
        session.tell(new FromWorker.Draining());
      }

      @Override
      public void disconnected() {
        open.remove(session);
        session.tell(new FromWorker.Disconnected());
      }
    };
  }

  /** A group lives somewhere; one that was just born does not know this node's workers. */
  public void groupLives(String group, boolean born) {
    groups.add(group);
    if (born) {
      open.forEach(session -> session.tell(new SessionMessage.GroupBorn(group)));
    }
  }

  /** A node is gone, and perhaps groups with it: whoever had joined one joins again. */
  public void rejoin() {
    open.forEach(session -> session.tell(new SessionMessage.Rejoin()));
  }

  /** What passed between this node and its workers. */
  public WorkerCounts counts() {
    return counts;
  }

  /** What a group has to do, and who does it; not answered when its node is away. */
  public CompletionStage<GroupLoad> load(String group, Duration patience) {
    return entity(group).ask(GroupMessage.DescribeLoad::new, patience);
  }

  /** Sends this node's workers elsewhere. */
  public void close() {
    open.forEach(session -> session.tell(new SessionMessage.Close()));
  }

  @Override
  public Set<String> groups() {
    return Set.copyOf(groups);
  }

  @Override
  public CompletionStage<List<WorkerRow>> list(Set<String> groups) {
    CompletionStage<List<WorkerRow>> rows = CompletableFuture.completedStage(List.of());
    for (String name : groups) {
      CompletionStage<GroupMessage.Members> members =
          entity(name).ask(GroupMessage.Describe::new, timeout);
      rows = rows.thenCombine(members, ShardedWorkers::joined);
    }
    return rows;
  }

  private static List<WorkerRow> joined(List<WorkerRow> rows, GroupMessage.Members members) {
    List<WorkerRow> all = new ArrayList<>(rows);
    all.addAll(members.workers());
    all.sort(Comparator.comparing(WorkerRow::group).thenComparing(WorkerRow::workerId));
    return List.copyOf(all);
  }

  @Override
  public CompletionStage<Optional<GroupPlace>> place(
      String group, ExecutionId execution, Optional<String> only) {
    return entity(group)
        .<GroupPlace>ask(
            replyTo -> new GroupMessage.DescribePlace(execution, only, replyTo), PLACE_PATIENCE)
        .thenApply(Optional::of)
        .exceptionallyCompose(
            failure ->
                cause(failure) instanceof TimeoutException
                    ? CompletableFuture.completedStage(Optional.empty())
                    : CompletableFuture.failedStage(failure));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @Override
  public boolean validToken(String token, ExecutionId execution, long fence) {
    return tokens.valid(token, execution, fence);
  }
}
