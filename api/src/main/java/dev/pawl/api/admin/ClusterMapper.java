package dev.pawl.api.admin;

import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.feed.HorizonHolder;
import dev.pawl.engine.journal.PoolLoad;
import dev.pawl.engine.node.EntityLoad;
import dev.pawl.engine.node.FeedLoad;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.NodeRow;
import dev.pawl.engine.node.ViewLoad;
import dev.pawl.engine.worker.GroupLoad;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.ConnectionPool;
import dev.pawl.v1.EntityCount;
import dev.pawl.v1.FeedProgress;
import dev.pawl.v1.GetClusterResponse;
import dev.pawl.v1.NodeStatus;
import dev.pawl.v1.StreamCounts;
import dev.pawl.v1.ViewProgress;
import dev.pawl.v1.WorkerGroupLoad;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Nodes and their reports as the contract writes them. */
final class ClusterMapper {
  private ClusterMapper() {}

  static GetClusterResponse toResponse(List<NodeRow> rows, Instant readAt) {
    GetClusterResponse.Builder response =
        GetClusterResponse.newBuilder().setReadTime(Timestamps.of(readAt));
    List<WorkerGroupLoad> groups = new ArrayList<>();
    for (NodeRow row : rows) {
      response.addNodes(toNode(row));
      row.report()
          .ifPresent(
              report ->
                  report
                      .groups()
                      .forEach(
                          (name, load) -> {
                            if (load.workers() > 0 || load.waiting() > 0) {
                              groups.add(toGroup(name, row.seat().address(), load));
                            }
                          }));
    }
    groups.sort(
        Comparator.comparing(WorkerGroupLoad::getGroup)
            .thenComparing(WorkerGroupLoad::getClusterAddress));
    return response.addAllWorkerGroups(groups).build();
  }

  private static ClusterNode toNode(NodeRow row) {
    ClusterNode.Builder node =
        ClusterNode.newBuilder()
            .setClusterAddress(row.seat().address())
            .setUid(row.seat().uid())
            .setStatus(toStatus(row.seat().status()))
            .setReachable(row.seat().reachable())
            .setOldest(row.oldest())
            .setAnswered(row.report().isPresent());
    row.report().ifPresent(report -> node.setReport(toReport(report)));
    return node.build();
  }

  private static NodeStatus toStatus(dev.pawl.engine.node.NodeStatus status) {
    return switch (status) {
      case JOINING -> NodeStatus.NODE_STATUS_JOINING;
      case WEAKLY_UP -> NodeStatus.NODE_STATUS_WEAKLY_UP;
      case UP -> NodeStatus.NODE_STATUS_UP;
      case LEAVING -> NodeStatus.NODE_STATUS_LEAVING;
      case EXITING -> NodeStatus.NODE_STATUS_EXITING;
      case DOWN -> NodeStatus.NODE_STATUS_DOWN;
    };
  }

  private static dev.pawl.v1.NodeReport toReport(NodeReport report) {
    dev.pawl.v1.NodeReport.Builder message =
        dev.pawl.v1.NodeReport.newBuilder()
            .setStartTime(Timestamps.of(report.startedAt()))
            .setDatabaseAnswers(report.databaseAnswers())
            .setFeed(toFeed(report.feed()))
            .setViews(toViews(report.views()))
            .setUnansweredCommands(report.unanswered())
            .setWaitingLogBytes(report.waitingLogBytes());
    report
        .gateway()
        .ifPresent(
            gateway ->
                message
                    .setAddress(gateway.address())
                    .setVersion(gateway.version())
                    .setStreams(
                        StreamCounts.newBuilder()
                            .setWatches(gateway.watches())
                            .setLogTails(gateway.logTails())
                            .setWorkers(gateway.workers())
                            .setLogPushes(gateway.logPushes())));
    report.entities().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> message.addEntities(toEntities(entry.getKey(), entry.getValue())));
    report.pools().forEach(pool -> message.addPools(toPool(pool)));
    return message.build();
  }

  private static EntityCount toEntities(String kind, EntityLoad load) {
    return EntityCount.newBuilder()
        .setKind(kind)
        .setShards(load.shards())
        .setEntities(load.entities())
        .build();
  }

  private static FeedProgress toFeed(FeedLoad feed) {
    FeedPosition position = feed.position();
    FeedProgress.Builder message =
        FeedProgress.newBuilder()
            .setPosition(
                "%d/%d/%d".formatted(position.epoch(), position.xid(), position.ordering()))
            .setLag(Timestamps.of(feed.lag()));
    feed.heldBackBy().ifPresent(holder -> message.setHeldBackBy(toHolder(holder)));
    return message.build();
  }

  private static dev.pawl.v1.HorizonHolder toHolder(HorizonHolder holder) {
    dev.pawl.v1.HorizonHolder.Builder message =
        dev.pawl.v1.HorizonHolder.newBuilder().setApplication(holder.application());
    holder.pid().ifPresent(message::setPid);
    holder.age().ifPresent(age -> message.setAge(Timestamps.of(age)));
    return message.build();
  }

  private static ViewProgress toViews(ViewLoad views) {
    ViewProgress.Builder message = ViewProgress.newBuilder().setProjecting(views.projecting());
    views.lag().ifPresent(lag -> message.setLag(Timestamps.of(lag)));
    return message.build();
  }

  private static ConnectionPool toPool(PoolLoad pool) {
    return ConnectionPool.newBuilder()
        .setName(pool.name())
        .setActive(pool.active())
        .setIdle(pool.idle())
        .setWaiting(pool.waiting())
        .setMax(pool.max())
        .build();
  }

  private static WorkerGroupLoad toGroup(String name, String address, GroupLoad load) {
    WorkerGroupLoad.Builder message =
        WorkerGroupLoad.newBuilder()
            .setGroup(name)
            .setClusterAddress(address)
            .setWorkers(load.workers())
            .setDraining(load.draining())
            .setSlots(load.slots())
            .setBusy(load.busy())
            .setWaiting(load.waiting());
    load.oldestWait().ifPresent(since -> message.setOldestWaitTime(Timestamps.of(since)));
    return message.build();
  }
}
