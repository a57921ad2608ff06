package dev.pawl.engine.node;

import dev.pawl.engine.worker.GroupLoad;
import dev.pawl.engine.worker.ShardedWorkers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The nodes of a Pekko cluster: this one, which asks its own parts, and the others, which it asks.
 */
public final class ClusterNodes implements Nodes, AutoCloseable {
  // Of the node's own parts: with what they say it still answers in time.
  private static final Duration SHARDS_PATIENCE = Duration.ofMillis(1_000);
  private static final Duration GROUPS_PATIENCE = Duration.ofMillis(500);

  private final long uid;
  private final InstantSource clock;
  private final Instant startedAt;
  private final NodeParts parts;
  private final Regions regions;
  private final Pulse pulse;
  private final Roster roster;
  private volatile Supplier<Optional<GatewayLoad>> gateway = Optional::empty;

  private ClusterNodes(ActorSystem<?> system, NodeParts parts, InstantSource clock) {
    this.uid = Cluster.get(system).selfMember().uniqueAddress().longUid();
    this.clock = clock;
    this.startedAt = clock.instant();
    this.parts = parts;
    this.regions = new Regions(system);
    this.pulse = Pulse.start(parts.database(), parts.feed(), clock);
    this.roster = new Roster(system, this::self);
  }

  /** Has this node answer for itself from now on. */
  public static ClusterNodes start(ActorSystem<?> system, NodeParts parts, InstantSource clock) {
    return new ClusterNodes(system, parts, clock);
  }

  @Override
  public CompletionStage<List<NodeRow>> list() {
    return roster.list();
  }

  @Override
  public List<Seat> seats() {
    return roster.seats();
  }

  @Override
  public CompletionStage<NodeReport> self() {
    return regions
        .states(SHARDS_PATIENCE)
        .thenCompose(states -> groups(states).thenApply(groups -> report(states, groups)));
  }

  private CompletionStage<Map<String, GroupLoad>> groups(
      Map<String, CurrentShardRegionState> states) {
    CompletionStage<Map<String, GroupLoad>> all = CompletableFuture.completedStage(new HashMap<>());
    for (String group : Regions.ids(ShardedWorkers.KIND, states)) {
      CompletionStage<Optional<GroupLoad>> load =
          parts
              .workers()
              .load(group, GROUPS_PATIENCE)
              .handle((found, failure) -> failure == null ? Optional.of(found) : Optional.empty());
      all =
          all.thenCombine(
              load,
              (groups, found) -> {
                found.ifPresent(each -> groups.put(group, each));
                return groups;
              });
    }
    return all.thenApply(ClusterNodes::most);
  }

  /** Those in which most waits, if there are more than fit into a report. */
  private static Map<String, GroupLoad> most(Map<String, GroupLoad> groups) {
    if (groups.size() <= NodeReport.MOST_GROUPS) {
      return groups;
    }
    return groups.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                (Map.Entry<String, GroupLoad> group) -> -group.getValue().waiting()))
        .limit(NodeReport.MOST_GROUPS)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private NodeReport report(
      Map<String, CurrentShardRegionState> states, Map<String, GroupLoad> groups) {
    FeedLoad feed = pulse.feed();
    return new NodeReport(
        uid,
        startedAt,
        Regions.loads(states),
        groups,
        feed,
        new ViewLoad(parts.projector().projecting(), viewLag(feed)),
        pulse.databaseAnswers(),
        parts.database().pools(),
        parts.admission().waiting(),
        parts.logs().waitingBytes(),
        gateway.get());
  }

  /** What the feed does not show is not in the views either. */
  private Optional<Duration> viewLag(FeedLoad feed) {
    Instant asOf = parts.projector().asOf();
    if (asOf.equals(Instant.EPOCH)) {
      return Optional.empty();
    }
    Duration lag = Duration.between(asOf, clock.instant());
    return Optional.of(lag.compareTo(feed.lag()) < 0 ? feed.lag() : lag);
  }

  @Override
  public NodeTotals totals() {
    return new NodeTotals(
        parts.database().journalCounts().commits(),
        parts.database().journalCounts().duration(),
        parts.database().journalCounts().facts(),
        parts.workers().counts().leases(),
        parts.workers().counts().reports(),
        parts.workers().counts().staleReports(),
        parts.logs().storedBytes(),
        parts.audit().dropped());
  }

  @Override
  public Condition condition() {
    boolean member = seats().stream().anyMatch(seat -> seat.uid() == uid && seat.serves());
    return new Condition(member, pulse.databaseAnswers(), pulse.feed().lag());
  }

  @Override
  public void announce(Supplier<GatewayLoad> load) {
    gateway = () -> Optional.of(load.get());
  }

  @Override
  public void close() {
    pulse.close();
  }
}
