package dev.pawl.engine.node;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The nodes of this cluster, and this one among them. */
public interface Nodes {

  /** All members, the oldest first; each is asked for its report, for 2 s at most. */
  CompletionStage<List<NodeRow>> list();

  /** All members as this node sees them, the oldest first; nobody is asked. */
  List<Seat> seats();

  /** What this node says of itself. */
  CompletionStage<NodeReport> self();

  /** What this node has done since it began. */
  NodeTotals totals();

  /** Whether this node can do its work. */
  Condition condition();

  /**
   * Has the gateway's part in this node's reports from now on.
   *
   * @param gateway asked for each report; does not block
   */
  void announce(Supplier<GatewayLoad> gateway);
}
