package dev.pawl.engine.cluster;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.DowningProvider;
import org.apache.pekko.cluster.sbr.SplitBrainResolverProvider;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's split-brain resolver without its pause after a removal. The pause is to keep two lives of
 * an entity apart; here the journal's key does that, and {@link DeadNodes} mostly knows that there
 * is no second life.
 */
public final class Downing extends DowningProvider {
  private final SplitBrainResolverProvider resolver;

  /** Called by Pekko, by reflection. */
  public Downing(ActorSystem system) {
    this.resolver = new SplitBrainResolverProvider(system);
  }

  @Override
  public FiniteDuration downRemovalMargin() {
    return Duration.Zero();
  }

  @Override
  public Option<Props> downingActorProps() {
    return resolver.downingActorProps();
  }
}
