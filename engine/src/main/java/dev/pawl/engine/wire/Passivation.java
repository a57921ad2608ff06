package dev.pawl.engine.wire;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;

/** Who decides when an entity leaves memory. */
public final class Passivation {
  private Passivation() {}

  /** The entity itself: one that waits or runs must stay, however quiet it is. */
  public static ClusterShardingSettings byEntity(ActorSystem<?> system) {
    return ClusterShardingSettings.create(system).withNoPassivationStrategy();
  }
}
