package dev.pawl.engine.node;

import dev.pawl.engine.journal.PoolLoad;
import dev.pawl.engine.wire.ClusterMessage;
import dev.pawl.engine.worker.GroupLoad;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node says of itself. A kind of entities, or a group, that did not answer in time is
 * missing.
 *
 * @param uid of the node, new for every start
 * @param entities by kind
 * @param groups the worker groups that it holds, by name; at most {@link #MOST_GROUPS}
 * @param unanswered calls to entities that wait for their answer
 * @param waitingLogBytes lines of logs that wait for their commit
 * @param gateway empty until the node listens
 */
public record NodeReport(
    long uid,
    Instant startedAt,
    Map<String, EntityLoad> entities,
    Map<String, GroupLoad> groups,
    FeedLoad feed,
    ViewLoad views,
    boolean databaseAnswers,
    List<PoolLoad> pools,
    int unanswered,
    long waitingLogBytes,
    Optional<GatewayLoad> gateway)
    implements ClusterMessage {
  /** So that a report stays well below the largest message between nodes. */
  public static final int MOST_GROUPS = 1_000;

  public NodeReport {
    entities = Map.copyOf(entities);
    groups = Map.copyOf(groups);
    pools = List.copyOf(pools);
  }
}
