package dev.pawl.engine;

import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.audit.Audit;
import dev.pawl.engine.audit.AuditRetention;
import dev.pawl.engine.audit.PostgresAudit;
import dev.pawl.engine.clock.Sleepers;
import dev.pawl.engine.clock.Waker;
import dev.pawl.engine.cluster.Bulletin;
import dev.pawl.engine.cluster.Bulletins;
import dev.pawl.engine.cluster.ClusterNode;
import dev.pawl.engine.cluster.ClusterSettings;
import dev.pawl.engine.cluster.Membership;
import dev.pawl.engine.cluster.StoredHint;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.content.PostgresContentStore;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.PlanReader;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.definition.ShardedDefinitions;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import dev.pawl.engine.execution.ExecutionWorld;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.execution.RollCall;
import dev.pawl.engine.execution.ShardedExecutions;
import dev.pawl.engine.execution.SubRunWorld;
import dev.pawl.engine.feed.Feed;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Births;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.JournalConfig;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.Seal;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockWorld;
import dev.pawl.engine.lock.Locks;
import dev.pawl.engine.lock.ShardedLocks;
import dev.pawl.engine.log.LinePacker;
import dev.pawl.engine.log.LogHubs;
import dev.pawl.engine.log.LogNeighbours;
import dev.pawl.engine.log.LogRetention;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.node.ClusterNodes;
import dev.pawl.engine.node.NodeParts;
import dev.pawl.engine.node.Nodes;
import dev.pawl.engine.object.DeletedObjects;
import dev.pawl.engine.object.ObjectRequestRetention;
import dev.pawl.engine.object.PostgresDeletedObjects;
import dev.pawl.engine.operation.ExportRetention;
import dev.pawl.engine.operation.OperationFiles;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationMessage;
import dev.pawl.engine.operation.OperationWorld;
import dev.pawl.engine.operation.Operations;
import dev.pawl.engine.operation.RunExporter;
import dev.pawl.engine.operation.ShardedOperations;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunMessage;
import dev.pawl.engine.run.RunShards;
import dev.pawl.engine.run.RunWorld;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.ShardedRuns;
import dev.pawl.engine.run.SubRuns;
import dev.pawl.engine.view.PostgresViews;
import dev.pawl.engine.view.Projector;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilterReader;
import dev.pawl.engine.view.Views;
import dev.pawl.engine.wire.Admission;
import dev.pawl.engine.wire.ClusterJson;
import dev.pawl.engine.worker.LeaseTokens;
import dev.pawl.engine.worker.ShardedWorkers;
import dev.pawl.engine.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of the engine: opens the database, joins the cluster, and hands out what the gateway
 * calls.
 */
public final class Engine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  /** Unanswered commands that a node lets in. */
  private static final int COMMANDS_PER_NODE = 4_000;

  private static final Duration JOIN_PATIENCE = Duration.ofSeconds(60);
  private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(15);

  private final Database database;
  private final ActorSystem<Void> system;
  private final ContentStore contents;
  private final Plans plans;
  private final PostgresFeed feed;
  private final Seal seal;
  private final Definitions definitions;
  private final Runs runs;
  private final Executions executions;
  private final ShardedOperations operations;
  private final ShardedLocks locks;
  private final ShardedWorkers workers;
  private final LogHubs logs;
  private final RunShards shards;
  private final Projector projector;
  private final Views views;
  private final PostgresAudit audit;
  private final DeletedObjects deletedObjects;
  private final Waker waker;
  private final Optional<AuditRetention> retention;
  private final LogRetention logRetention;
  private final ExportRetention exportRetention;
  private final ObjectRequestRetention objectRequestRetention;
  private final ClusterNode node;
  private final Bulletins bulletins;
  private final RollCall rollCall = new RollCall();
  private volatile @Nullable StoredHint hint;
  // Other nodes may send work and news before all parts of this one are there.
  private volatile boolean serving;
  private final ClusterNodes nodes;

  /** As the other, for a node that exports nothing by a filter. */
  public static Engine start(EngineSettings settings, PlanReader reader, InstantSource clock) {
    return start(
        settings,
        reader,
        text -> {
          if (!text.isEmpty()) {
            throw new IllegalArgumentException("it was started without a reader of filters");
          }
          return RunFilter.ALL;
        },
        (_, text) -> ByteString.copyFromUtf8(text),
        clock);
  }

  /**
   * Starts a node and waits until it serves.
   *
   * @param reader reads plans out of stored definitions
   * @param filters reads the filters of exports
   * @param packer of log lines that the engine writes
   * @throws dev.pawl.engine.journal.DatabaseUnusable when PostgreSQL cannot be used; it says why
   */
  public static Engine start(
      EngineSettings settings,
      PlanReader reader,
      RunFilterReader filters,
      LinePacker packer,
      InstantSource clock) {
    Database database = Database.open(settings.database(), settings.requireDurability());
    try {
      // The journal keeps microseconds: an entity that was recovered equals what it was before.
      InstantSource micros = () -> clock.instant().truncatedTo(ChronoUnit.MICROS);
      return new Engine(settings, reader, filters, packer, micros, database);
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  private Engine(
      EngineSettings settings,
      PlanReader reader,
      RunFilterReader filters,
      LinePacker packer,
      InstantSource clock,
      Database database) {
    this.database = database;
    this.feed = PostgresFeed.start(database, clock);
    Births births = new Births();
    AtomicInteger life = new AtomicInteger();
    this.system = system(settings, database, life::get, births, this::stored);
    this.node = ClusterNode.begin(system, database, settings.cluster(), JOIN_PATIENCE);
    life.set(node.incarnation());
    this.bulletins = new Bulletins(system, node::alone);
    this.hint = new StoredHint(system, bulletins, node);
    this.contents = new PostgresContentStore(database);
    this.plans = new Plans(contents, reader);
    this.seal = Seal.of(database);

    ClusterSharding sharding = ClusterSharding.get(system);
    Admission admission = new Admission(COMMANDS_PER_NODE);
    Duration timeout = settings.commandTimeout();
    this.shards = new RunShards(sharding);
    LeaseTokens tokens = new LeaseTokens(seal::mac);
    ShardedDefinitions sharded = new ShardedDefinitions(sharding, admission, timeout, clock);
    this.definitions = sharded;
    this.workers =
        new ShardedWorkers(
            system,
            sharding,
            tokens,
            clock,
            timeout,
            settings.heartbeatInterval(),
            settings.leaseTimeToLive(),
            (report, session) ->
                shards.tell(report.execution(), new ExecutionMessage.Reported(report, session)),
            (execution, news) -> shards.tell(execution, new ExecutionMessage.Heard(news)),
            this::groupLives);
    this.locks = new ShardedLocks(sharding, admission, timeout);
    locks.init(system, new LockWorld(shards::tell, clock, node::fit));
    this.runs = new ShardedRuns(shards, admission, timeout, clock);
    this.logs = new LogHubs(database, clock, new Neighbours());
    Admission own = Admission.unlimited();
    SubRuns subRuns =
        new SubRuns(sharded.behind(own), plans, new ShardedRuns(shards, own, timeout, clock));
    shards.init(
        system,
        new RunWorld(
            plans, shards::tell, locks::tell, clock, births, this::wakeElsewhere, node::fit),
        new ExecutionWorld(
            plans,
            (run, standing) -> shards.tell(run, new RunMessage.Stood(standing)),
            workers::toGroup,
            rollCall,
            node::fit,
            tokens,
            new SubRunWorld(subRuns, logs, packer, clock),
            clock,
            settings.leaseTimeToLive(),
            settings.leaseGrace()));
    this.executions = new ShardedExecutions(shards::execution, admission, timeout);
    this.projector = Projector.start(database, feed, plans::get);
    this.views = new PostgresViews(database, projector);
    OperationFiles files = new OperationFiles(database);
    this.operations = new ShardedOperations(sharding, files, admission, timeout, clock);
    operations.init(
        system,
        new OperationWorld(
            runs,
            contents,
            new RunExporter(PostgresViews.forWork(database, projector), filters, files, clock),
            clock,
            this::wakeElsewhere,
            node::fit));
    this.audit = new PostgresAudit(database, projector::asOf);
    this.deletedObjects = new PostgresDeletedObjects(database, clock);
    bulletins.read(this::take);
    node.onLoss(workers::rejoin);
    serving = true;
    try {
      node.awaitMembership();
    } catch (RuntimeException | Error e) {
      leave();
      throw e;
    }
    this.waker = Waker.start(database, projector, clock, new Entities(), node::share);
    node.onLoss(waker::wakeAll);
    this.retention = settings.auditKept().map(kept -> AuditRetention.start(database, kept));
    this.logRetention = LogRetention.start(database, settings.logsKept());
    this.exportRetention = ExportRetention.start(files);
    this.objectRequestRetention = ObjectRequestRetention.start(database);
    this.nodes =
        ClusterNodes.start(
            system,
            new NodeParts(database, feed, projector, admission, workers, logs, audit),
            clock);
  }

  /** Facts were stored on this node. */
  private void stored() {
    feed.hint();
    StoredHint others = hint;
    if (others != null) {
      others.run();
    }
  }

  /** A shard that leaves has nowhere to go when there is no other node, and waits for nothing. */
  private void wakeElsewhere(RunId run) {
    if (!node.alone()) {
      shards.tell(run, new RunMessage.WakeUp());
    }
  }

  private void wakeElsewhere(OperationId operation) {
    if (!node.alone()) {
      operations.tell(operation, new OperationMessage.WakeUp());
    }
  }

  private void groupLives(String group, boolean born) {
    Bulletin news = new Bulletin.GroupLives(group, born);
    take(news);
    bulletins.send(news);
  }

  private void take(Bulletin bulletin) {
    if (!serving) {
      return;
    }
    switch (bulletin) {
      case Bulletin.FactsStored _ -> feed.hint();
      case Bulletin.GroupLives(var group, var born) -> {
        workers.groupLives(group, born);
        if (born) {
          rollCall.call(group);
        }
      }
      case Bulletin.LogsFollowed(var runs) -> logs.followedElsewhere(runs);
      case Bulletin.LogsStored(var runs) -> logs.storedElsewhere(runs);
    }
  }

  /** The other nodes' logs. */
  private final class Neighbours implements LogNeighbours {
    @Override
    public boolean any() {
      return !node.alone();
    }

    @Override
    public void followed(List<RunId> runs) {
      bulletins.send(new Bulletin.LogsFollowed(runs));
    }

    @Override
    public void stored(List<RunId> runs) {
      bulletins.send(new Bulletin.LogsStored(runs));
    }
  }

  private static ActorSystem<Void> system(
      EngineSettings settings,
      Database database,
      IntSupplier life,
      Births births,
      Runnable stored) {
    ClusterSettings cluster = settings.cluster();
    Config node =
        ConfigFactory.parseString(
            """
            pekko.remote.artery {
              canonical { hostname = "%s", port = %d }
              bind { hostname = "%s", port = %s }
              advanced.tcp.outbound-client-hostname = "%s"
            }
            """
                .formatted(
                    cluster.advertisedHost().isEmpty() ? cluster.host() : cluster.advertisedHost(),
                    cluster.advertisedPort() == 0 ? cluster.port() : cluster.advertisedPort(),
                    cluster.host(),
                    cluster.advertisedPort() == 0 ? "\"\"" : cluster.port(),
                    isWildcard(cluster.host()) ? "" : cluster.host()));
    Config config =
        node.withFallback(JournalConfig.of(settings.database()))
            .withFallback(ConfigFactory.parseResources("engine.conf"))
            .withFallback(ConfigFactory.load());
    return ActorSystem.create(
        Behaviors.empty(),
        "pawl",
        ActorSystemSetup.create(
            BootstrapSetup.create(config.resolve()),
            ClusterJson.setup(),
            JournalConfig.setup(database, settings.database(), life, births, stored)));
  }

  private static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** The entities behind persistence ids, to be told that something of theirs may be due. */
  private final class Entities implements Sleepers {
    @Override
    public void wake(String persistenceId) {
      if (PersistenceIds.isRun(persistenceId)) {
        shards.tell(PersistenceIds.run(persistenceId), new RunMessage.WakeUp());
      } else if (PersistenceIds.isExecution(persistenceId)) {
        shards.tell(PersistenceIds.execution(persistenceId), new ExecutionMessage.WakeUp());
      } else if (PersistenceIds.isOperation(persistenceId)) {
        operations.tell(PersistenceIds.operation(persistenceId), new OperationMessage.WakeUp());
      } else if (PersistenceIds.isLock(persistenceId)) {
        locks.tell(PersistenceIds.lock(persistenceId), new LockMessage.WakeUp());
      }
    }

    @Override
    public CompletionStage<?> awake(String persistenceId) {
      if (PersistenceIds.isRun(persistenceId)) {
        // In no project, so that the answer is a refusal: that there is one is all that counts.
        return runs.describe("", PersistenceIds.run(persistenceId));
      }
      return PersistenceIds.isExecution(persistenceId)
          ? executions.describe(PersistenceIds.execution(persistenceId))
          : CompletableFuture.completedStage(persistenceId);
    }
  }

  /** Makes an execution leave memory, whatever it waits for. */
  void unload(ExecutionId execution) {
    shards.tell(execution, new ExecutionMessage.Unload());
  }

  /** Wakes an execution, which then says again where it stands. */
  void wake(ExecutionId execution) {
    shards.tell(execution, new ExecutionMessage.WakeUp());
  }

  /** Makes a run leave memory, whatever it waits for. */
  void unload(RunId run) {
    shards.tell(run, new RunMessage.Unload());
  }

  /** Makes an operation leave memory, whatever it waits for. */
  void unload(OperationId operation) {
    operations.tell(operation, new OperationMessage.Unload());
  }

  /** Takes locks for a run, which need not be there. */
  void takeLocks(RunId run, String project, List<LockName> wanted) {
    LockId scope = new LockId(project, wanted.getFirst().scope());
    locks.tell(
        scope,
        new LockMessage.Take(scope, run, 1, "", wanted, false, 1, false, system.ignoreRef()));
  }

  /** Whether this node may answer, and when it has lost its membership. */
  public Membership membership() {
    return node;
  }

  public ContentStore contents() {
    return contents;
  }

  public Plans plans() {
    return plans;
  }

  public Feed feed() {
    return feed;
  }

  public Views views() {
    return views;
  }

  public Audit audit() {
    return audit;
  }

  public Seal seal() {
    return seal;
  }

  public Definitions definitions() {
    return definitions;
  }

  public Runs runs() {
    return runs;
  }

  public Executions executions() {
    return executions;
  }

  public Operations operations() {
    return operations;
  }

  public Locks locks() {
    return locks;
  }

  public DeletedObjects deletedObjects() {
    return deletedObjects;
  }

  public Workers workers() {
    return workers;
  }

  public Logs logs() {
    return logs;
  }

  public Nodes nodes() {
    return nodes;
  }

  @Override
  public void close() {
    workers.close();
    nodes.close();
    waker.close();
    retention.ifPresent(AuditRetention::close);
    logRetention.close();
    exportRetention.close();
    objectRequestRetention.close();
    leave();
    database.close();
  }

  /** Lets go of everything but the database. */
  private void leave() {
    node.leave();
    projector.close();
    feed.close();
    logs.close();
    audit.close();
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(LEAVE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      log.warn("the actor system did not end within {}", LEAVE_PATIENCE, e);
    }
    node.close();
  }
}
