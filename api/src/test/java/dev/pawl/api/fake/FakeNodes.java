package dev.pawl.api.fake;

import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.feed.HorizonHolder;
import dev.pawl.engine.journal.PoolLoad;
import dev.pawl.engine.node.Condition;
import dev.pawl.engine.node.EntityLoad;
import dev.pawl.engine.node.FeedLoad;
import dev.pawl.engine.node.GatewayLoad;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.NodeRow;
import dev.pawl.engine.node.NodeStatus;
import dev.pawl.engine.node.NodeTotals;
import dev.pawl.engine.node.Nodes;
import dev.pawl.engine.node.Seat;
import dev.pawl.engine.node.ViewLoad;
import dev.pawl.engine.worker.GroupLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Two nodes, of which one does not answer. */
public final class FakeNodes implements Nodes {
  public static final Instant NOW = Instant.parse("2026-11-20T14:02:07Z");
  public static final Condition WELL = new Condition(true, true, Duration.ofMillis(20));

  private static final Seat SELF = new Seat("10.0.0.1:25520", 7, NodeStatus.UP, true);
  private static final Seat OTHER = new Seat("10.0.0.2:25520", 8, NodeStatus.DOWN, false);

  public volatile Condition condition = WELL;
  public volatile CompletionStage<NodeReport> self =
      CompletableFuture.completedFuture(report(Optional.empty()));
  public volatile Optional<Supplier<GatewayLoad>> gateway = Optional.empty();

  /** One that has something to say of everything. */
  public static NodeReport report(Optional<HorizonHolder> holder) {
    return new NodeReport(
        7,
        NOW.minusSeconds(3_600),
        Map.of(
            "run", new EntityLoad(250, 120),
            "execution", new EntityLoad(250, 240),
            "workflow", new EntityLoad(3, 3),
            "worker-group", new EntityLoad(2, 2)),
        Map.of(
            "default",
            new GroupLoad(2, 1, 8, 3, 20, Optional.of(NOW.minusSeconds(240))),
            "nobody",
            new GroupLoad(0, 0, 0, 0, 0, Optional.empty())),
        new FeedLoad(
            new FeedPosition(1, 84_213, 120_034),
            holder.isPresent() ? Duration.ofSeconds(12) : Duration.ofMillis(20),
            holder),
        new ViewLoad(true, Optional.of(Duration.ofMillis(40))),
        true,
        List.of(new PoolLoad("journal", 1, 3, 2, 4), new PoolLoad("views", 2, 6, 0, 8)),
        5,
        4_096,
        Optional.of(new GatewayLoad("10.0.0.1:7171", "1.2.3", 1, 2, 3, 4)));
  }

  @Override
  public CompletionStage<List<NodeRow>> list() {
    return self.thenApply(
        report ->
            List.of(
                new NodeRow(SELF, true, Optional.of(report)),
                new NodeRow(OTHER, false, Optional.empty())));
  }

  @Override
  public List<Seat> seats() {
    return List.of(SELF, OTHER);
  }

  @Override
  public CompletionStage<NodeReport> self() {
    return self;
  }

  @Override
  public NodeTotals totals() {
    return new NodeTotals(100, Duration.ofMillis(250), 700, 30, 31, 2, 65_536, 0);
  }

  @Override
  public Condition condition() {
    return condition;
  }

  @Override
  public void announce(Supplier<GatewayLoad> announced) {
    gateway = Optional.of(announced);
  }
}
