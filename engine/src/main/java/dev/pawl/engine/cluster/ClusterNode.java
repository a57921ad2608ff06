package dev.pawl.engine.cluster;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.DatabaseFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.SelfRemoved;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node as a member of its cluster: whether it may answer, which share of common work is its
 * own, and when it has lost its membership.
 */
public final class ClusterNode implements Membership, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterNode.class);

  private final Cluster cluster;
  private final UniqueAddress self;
  private final Database database;
  private final Registration registration;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final CompletableFuture<Void> joined = new CompletableFuture<>();
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private final List<Runnable> atLoss = new CopyOnWriteArrayList<>();

  /** Who shares the work now, in an order that is the same on every node. */
  private volatile List<UniqueAddress> members = List.of();

  private volatile boolean up;
  private volatile boolean leaving;

  private ClusterNode(Cluster cluster, Database database, Registration registration) {
    this.database = database;
    this.cluster = cluster;
    this.self = cluster.selfMember().uniqueAddress();
    this.registration = registration;
  }

  /**
   * Begins to make a node a member of its cluster; {@link #awaitMembership} waits until it is one.
   *
   * @param patience how long it may take
   */
  public static ClusterNode begin(
      ActorSystem<?> system, Database database, ClusterSettings settings, Duration patience) {
    Cluster cluster = Cluster.get(system);
    Member self = cluster.selfMember();
    Registration registration;
    try {
      registration =
          Registration.of(
              database,
              self.address().getHost().orElseThrow(),
              self.address().getPort().orElseThrow(),
              self.uniqueAddress().longUid());
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the node cannot be written down in PostgreSQL: " + e.getMessage(), e);
    }
    ClusterNode node = new ClusterNode(cluster, database, registration);
    node.subscribe(system);
    node.watch();
    List<Address> seeds =
        settings.seedNodes().stream()
            .map(seed -> AddressFromURIString.parse("pekko://" + system.name() + "@" + seed))
            .toList();
    Formation formation =
        new Formation(cluster, database, registration.incarnation(), () -> node.up);
    Thread.ofVirtual()
        .name("pawl-formation")
        .start(
            () -> {
              try {
                formation.join(seeds, patience);
                node.joined.complete(null);
              } catch (RuntimeException | Error e) {
                node.joined.completeExceptionally(e);
              }
            });
    return node;
  }

  /**
   * Returns when the node is a member.
   *
   * @throws IllegalStateException when it cannot become one in time; it says why
   */
  public void awaitMembership() {
    try {
      joined.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IllegalStateException failed ? failed : e;
    }
  }

  private void watch() {
    DeadNodes dead = new DeadNodes(cluster);
    registration.watch(
        new Registration.Watcher() {
          @Override
          public void looked(Connection connection, List<NodeTable.Row> rows) throws SQLException {
            dead.look(connection, rows);
          }

          @Override
          public void condemned() {
            lose("the other nodes took it for dead");
            cluster.manager().tell(new Down(cluster.selfMember().address()));
          }
        });
  }

  private void subscribe(ActorSystem<?> system) {
    ActorRef<MemberEvent> changes =
        system.systemActorOf(
            Behaviors.receiveMessage(
                event -> {
                  changed(event);
                  return Behaviors.same();
                }),
            "pawl-members",
            Props.empty());
    cluster.subscriptions().tell(Subscribe.create(changes, MemberEvent.class));
    ActorRef<SelfRemoved> removal =
        system.systemActorOf(
            Behaviors.receiveMessage(
                _ -> {
                  up = false;
                  if (!leaving) {
                    lose("it was removed from the cluster");
                  }
                  return Behaviors.stopped();
                }),
            "pawl-removal",
            Props.empty());
    cluster.subscriptions().tell(Subscribe.create(removal, SelfRemoved.class));
    system
        .getWhenTerminated()
        .whenComplete(
            (_, _) -> {
              up = false;
              if (!leaving) {
                lose("its actor system ended");
              }
            });
  }

  private void lose(String why) {
    if (lost.complete(why)) {
      log.warn("this node has lost its membership: {}", why);
    }
  }

  /** Called by one actor; the cluster's own picture of its state may be older than an event. */
  private void changed(MemberEvent event) {
    UniqueAddress changed = event.member().uniqueAddress();
    Stream<UniqueAddress> others = members.stream().filter(member -> !member.equals(changed));
    boolean serves = event instanceof ClusterEvent.MemberUp;
    members =
        (serves ? Stream.concat(others, Stream.of(changed)) : others)
            .sorted(Comparator.comparing(UniqueAddress::toString))
            .toList();
    if (changed.equals(self)) {
      up = serves;
    } else if (event instanceof ClusterEvent.MemberDowned) {
      downed(changed);
    }
    if (event instanceof ClusterEvent.MemberRemoved) {
      Heartbeats.forget(changed.address());
      atLoss.forEach(Runnable::run);
    }
  }

  /**
   * Whoever the split-brain resolver downed stores nothing any more, before its shards live
   * elsewhere; the database may be the one thing that it still reaches.
   */
  private void downed(UniqueAddress node) {
    blocking.execute(
        () -> {
          try {
            database.with(
                connection -> {
                  NodeTable.condemnDowned(connection, node.longUid());
                  return node;
                });
          } catch (DatabaseFailed e) {
            log.warn("the downed node {} could not be condemned", node.address(), e);
          }
        });
  }

  /** This life, as the table of nodes has it. */
  public int incarnation() {
    return registration.incarnation();
  }

  /** Calls this whenever a member was removed: what lived there must be woken elsewhere. */
  public void onLoss(Runnable action) {
    atLoss.add(action);
  }

  /** Which of so many slices of common work are this node's: each is somebody's. */
  public int[] share(int slices) {
    List<UniqueAddress> all = members;
    int rank = all.indexOf(self);
    return rank < 0
        ? new int[0]
        : IntStream.range(0, slices).filter(slice -> slice % all.size() == rank).toArray();
  }

  /** Whether no other member is there to talk to. */
  public boolean alone() {
    return members.size() < 2;
  }

  @Override
  public boolean fit() {
    return up && registration.sure();
  }

  @Override
  public Optional<String> doubt() {
    if (lost.isDone()) {
      return Optional.of("this node has lost its membership: " + lost.join());
    }
    if (!up) {
      return Optional.of("this node is no member of the cluster yet, or no longer");
    }
    return registration.sure()
        ? Optional.empty()
        : Optional.of("this node cannot confirm that it is still a member of the cluster");
  }

  @Override
  public CompletionStage<String> lost() {
    return lost.minimalCompletionStage();
  }

  /** From now on the end of the membership is wanted. */
  public void leave() {
    leaving = true;
  }

  /** Strikes the node out, once its actors have ended. */
  @Override
  public void close() {
    leaving = true;
    registration.close();
  }
}
