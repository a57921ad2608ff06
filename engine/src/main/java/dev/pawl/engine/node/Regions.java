package dev.pawl.engine.node;

import dev.pawl.engine.run.RunShards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ClusterSharding;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.ShardRegion.ShardState;
import org.apache.pekko.pattern.Patterns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of this node, of every type there is.
 *
 * <p>Asked through the untyped API, which knows the types by name: so a new kind of entities is
 * counted without a word here.
 */
final class Regions {
  private static final Logger log = LoggerFactory.getLogger(Regions.class);

  private final ClusterSharding sharding;

  Regions(ActorSystem<?> system) {
    this.sharding = ClusterSharding.get(Adapter.toClassic(system));
  }

  /** The state of each type's shards here; a type that does not answer in time is missing. */
  CompletionStage<Map<String, CurrentShardRegionState>> states(Duration patience) {
    CompletionStage<Map<String, CurrentShardRegionState>> all =
        CompletableFuture.completedStage(new HashMap<>());
    for (String type : sharding.getShardTypeNames()) {
      all =
          all.thenCombine(
              state(type, patience),
              (states, found) -> {
                found.ifPresent(state -> states.put(type, state));
                return states;
              });
    }
    return all;
  }

  private CompletionStage<Optional<CurrentShardRegionState>> state(String type, Duration patience) {
    return Patterns.ask(
            sharding.shardRegion(type), ShardRegion.getShardRegionStateInstance(), patience)
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                log.debug("the shards of {} did not say what they hold", type, failure);
                return Optional.empty();
              }
              return Optional.of((CurrentShardRegionState) answer);
            });
  }

  /** What the shards hold, by kind. */
  static Map<String, EntityLoad> loads(Map<String, CurrentShardRegionState> states) {
    Map<String, EntityLoad> loads = new HashMap<>();
    states.forEach(
        (type, state) -> {
          int shards = state.getShards().size() + state.getFailed().size();
          RunShards.kinds(type).forEach(kind -> loads.put(kind, new EntityLoad(shards, 0)));
          entities(
              type,
              state,
              (kind, _) ->
                  loads.merge(
                      kind,
                      new EntityLoad(shards, 1),
                      (one, other) -> new EntityLoad(shards, one.entities() + other.entities())));
        });
    return loads;
  }

  /** The ids of the entities of one kind. */
  static List<String> ids(String kind, Map<String, CurrentShardRegionState> states) {
    List<String> ids = new ArrayList<>();
    states.forEach(
        (type, state) ->
            entities(
                type,
                state,
                (found, id) -> {
                  if (found.equals(kind)) {
                    ids.add(id);
                  }
                }));
    return ids;
  }

  private static void entities(
      String type, CurrentShardRegionState state, BiConsumer<String, String> each) {
    for (ShardState shard : state.getShards()) {
      for (String id : shard.getEntityIds()) {
        each.accept(RunShards.kind(type, id), id);
      }
    }
  }
}
