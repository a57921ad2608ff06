package dev.pawl.api.server;

import dev.pawl.engine.node.Condition;
import dev.pawl.engine.node.GatewayLoad;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.NodeRow;
import dev.pawl.engine.node.NodeTotals;
import dev.pawl.engine.node.Nodes;
import dev.pawl.engine.node.Seat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The nodes as this node's engine of now sees them: one that begins anew has another engine, and no
 * place in the cluster until then.
 */
final class CurrentNodes implements Nodes {
  private final BooleanSupplier closed;
  private volatile Nodes now;
  private volatile Optional<Supplier<GatewayLoad>> announced = Optional.empty();

  /**
   * Those of an engine.
   *
   * @param closed whether the node has given its place up
   */
  CurrentNodes(Nodes now, BooleanSupplier closed) {
    this.now = now;
    this.closed = closed;
  }

  /** Another engine has taken over. */
  void follow(Nodes next) {
    now = next;
    announced.ifPresent(next::announce);
  }

  @Override
  public CompletionStage<List<NodeRow>> list() {
    return now.list();
  }

  @Override
  public List<Seat> seats() {
    return now.seats();
  }

  @Override
  public CompletionStage<NodeReport> self() {
    return now.self();
  }

  @Override
  public NodeTotals totals() {
    return now.totals();
  }

  @Override
  public Condition condition() {
    Condition condition = now.condition();
    return new Condition(
        condition.member() && !closed.getAsBoolean(),
        condition.databaseAnswers(),
        condition.feedLag());
  }

  @Override
  public void announce(Supplier<GatewayLoad> gateway) {
    announced = Optional.of(gateway);
    now.announce(gateway);
  }
}
