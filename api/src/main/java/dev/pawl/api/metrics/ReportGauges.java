package dev.pawl.api.metrics;

import dev.pawl.engine.journal.PoolLoad;
import dev.pawl.engine.node.EntityLoad;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.NodeStatus;
import dev.pawl.engine.node.Seat;
import dev.pawl.engine.worker.GroupLoad;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The gauges of a report whose labels come and go: kinds, pools, groups, statuses, culprits. */
final class ReportGauges {
  private final InstantSource clock;
  private final MultiGauge entities;
  private final MultiGauge shards;
  private final MultiGauge connections;
  private final MultiGauge connectionsMost;
  private final MultiGauge connectionsAwaited;
  private final MultiGauge workers;
  private final MultiGauge slots;
  private final MultiGauge slotsBusy;
  private final MultiGauge waiting;
  private final MultiGauge waitingOldest;
  private final MultiGauge heldBack;
  private final MultiGauge members;
  private final MultiGauge unreachable;

  ReportGauges(MeterRegistry registry, InstantSource clock) {
    this.clock = clock;
    this.entities = gauge(registry, "pawl.entities", "", "Entities in the memory of this node");
    this.shards = gauge(registry, "pawl.shards", "", "Shards that this node holds");
    this.connections =
        gauge(registry, "pawl.pool.connections", "", "Connections to PostgreSQL that are open");
    this.connectionsMost =
        gauge(registry, "pawl.pool.connections.max", "", "Connections that there may be");
    this.connectionsAwaited =
        gauge(registry, "pawl.pool.waiting", "", "Threads that wait for a connection");
    this.workers = gauge(registry, "pawl.workers", "", "Workers that are connected");
    this.slots = gauge(registry, "pawl.worker.slots", "", "Slots of all workers of the group");
    this.slotsBusy =
        gauge(
            registry,
            "pawl.worker.slots.busy",
            "",
            "Slots with a lease, or with one that is on its way");
    this.waiting =
        gauge(registry, "pawl.executions.waiting", "", "Executions that wait for a slot");
    this.waitingOldest =
        gauge(
            registry,
            "pawl.executions.waiting.oldest",
            "seconds",
            "How long the one waits for a slot that waits longest");
    this.heldBack =
        gauge(
            registry,
            "pawl.feed.held.back",
            "seconds",
            "How old the open transaction is that holds the feed back; missing when none does");
    this.members =
        gauge(registry, "pawl.cluster.members", "", "Members of the cluster as this node sees it");
    this.unreachable =
        gauge(registry, "pawl.cluster.unreachable", "", "Members that this node cannot reach");
  }

  private static MultiGauge gauge(
      MeterRegistry registry, String name, String unit, String description) {
    MultiGauge.Builder builder = MultiGauge.builder(name).description(description);
    return (unit.isEmpty() ? builder : builder.baseUnit(unit)).register(registry);
  }

  /** Shows what a report says; what an earlier one said is gone. */
  void show(Optional<NodeReport> report, List<Seat> seats) {
    Map<String, EntityLoad> held = report.map(NodeReport::entities).orElse(Map.of());
    show(entities, rows(held, "kind", EntityLoad::entities));
    show(shards, rows(held, "kind", EntityLoad::shards));

    List<PoolLoad> pools = report.map(NodeReport::pools).orElse(List.of());
    List<Row<?>> open = new ArrayList<>();
    for (PoolLoad pool : pools) {
      open.add(Row.of(Tags.of("pool", pool.name(), "state", "active"), pool.active()));
      open.add(Row.of(Tags.of("pool", pool.name(), "state", "idle"), pool.idle()));
    }
    show(connections, open);
    show(connectionsMost, ofPools(pools, PoolLoad::max));
    show(connectionsAwaited, ofPools(pools, PoolLoad::waiting));

    Map<String, GroupLoad> groups = report.map(NodeReport::groups).orElse(Map.of());
    show(workers, rows(groups, "group", GroupLoad::workers));
    show(slots, rows(groups, "group", GroupLoad::slots));
    show(slotsBusy, rows(groups, "group", GroupLoad::busy));
    show(waiting, rows(groups, "group", GroupLoad::waiting));
    show(waitingOldest, rows(groups, "group", this::oldestWait));

    show(
        heldBack,
        report
            .flatMap(each -> each.feed().heldBackBy())
            .<List<Row<?>>>map(
                holder ->
                    List.of(
                        Row.of(
                            Tags.of("application", holder.application()),
                            holder.age().map(NodeMetrics::seconds).orElse(Double.NaN))))
            .orElse(List.of()));

    show(
        members,
        Arrays.stream(NodeStatus.values())
            .<Row<?>>map(
                status ->
                    Row.of(
                        Tags.of("status", status.name().toLowerCase(Locale.ROOT)),
                        seats.stream().filter(seat -> seat.status() == status).count()))
            .toList());
    show(
        unreachable,
        List.of(Row.of(Tags.empty(), seats.stream().filter(seat -> !seat.reachable()).count())));
  }

  private double oldestWait(GroupLoad load) {
    return load.oldestWait()
        .map(since -> Duration.between(since, clock.instant()))
        .map(age -> Math.max(0, NodeMetrics.seconds(age)))
        .orElse(0.0);
  }

  private static <T> List<Row<?>> rows(Map<String, T> loads, String label, ToDoubleFunction<T> of) {
    List<Row<?>> rows = new ArrayList<>();
    loads.forEach((name, load) -> rows.add(Row.of(Tags.of(label, name), of.applyAsDouble(load))));
    return rows;
  }

  private static List<Row<?>> ofPools(List<PoolLoad> pools, ToDoubleFunction<PoolLoad> of) {
    return pools.stream()
        .<Row<?>>map(pool -> Row.of(Tags.of("pool", pool.name()), of.applyAsDouble(pool)))
        .toList();
  }

  private static void show(MultiGauge gauge, List<Row<?>> rows) {
    gauge.register(rows, true);
  }
}
