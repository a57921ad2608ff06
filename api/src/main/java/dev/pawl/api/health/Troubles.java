package dev.pawl.api.health;

import dev.pawl.engine.node.Condition;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is wrong with a node, by component; what is well is missing.
 *
 * <p>A database that is away is no reason to send callers elsewhere: the other nodes lean on the
 * same one, and a clear error says more than a balancer without targets.
 */
public record Troubles(Map<Component, String> byComponent) {
  private static final Duration STANDS_STILL = Duration.ofSeconds(10);

  public Troubles {
    byComponent = Map.copyOf(byComponent);
  }

  /** Those that follow from where a node is in its life, and from its condition. */
  static Troubles of(Phase phase, Condition condition) {
    Map<Component, String> troubles = new EnumMap<>(Component.class);
    if (!condition.member()) {
      troubles.put(Component.NODE, "it is no member of the cluster");
      troubles.put(Component.CLUSTER, "it is no member");
    }
    switch (phase) {
      case STARTING -> troubles.put(Component.NODE, "it does not listen yet");
      case SERVING -> {}
      case LEAVING -> troubles.put(Component.NODE, "it is leaving");
    }
    if (!condition.databaseAnswers()) {
      troubles.put(Component.DATABASE, "PostgreSQL does not answer");
    }
    if (condition.feedLag().compareTo(STANDS_STILL) >= 0) {
      troubles.put(Component.FEED, "it is behind by more than " + STANDS_STILL.toSeconds() + " s");
    }
    return new Troubles(troubles);
  }

  public boolean has(Component component) {
    return byComponent.containsKey(component);
  }
}
