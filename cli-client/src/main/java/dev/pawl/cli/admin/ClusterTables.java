package dev.pawl.cli.admin;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import com.google.protobuf.Duration;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Table;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.ConnectionPool;
import dev.pawl.v1.EntityCount;
import dev.pawl.v1.GetClusterResponse;
import dev.pawl.v1.NodeReport;
import dev.pawl.v1.StreamCounts;
import dev.pawl.v1.WorkerGroupLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** A cluster as tables: its nodes, its worker groups, its pools. One without rows is left out. */
record ClusterTables(GetClusterResponse cluster, Style style, Times times, OutputFormat format) {

  /** A pool and the node that it is of. */
  private record Pool(ClusterNode node, ConnectionPool pool) {}

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    add(lines, nodes(), cluster.getNodesList());
    add(lines, groups(), cluster.getWorkerGroupsList());
    add(
        lines,
        pools(),
        cluster.getNodesList().stream()
            .flatMap(
                node -> node.getReport().getPoolsList().stream().map(pool -> new Pool(node, pool)))
            .toList());
    return lines;
  }

  private <M> void add(List<String> lines, List<Column<M>> columns, List<M> rows) {
    if (rows.isEmpty()) {
      return;
    }
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.addAll(
        Table.lines(
            columns.stream()
                .filter(column -> format == OutputFormat.WIDE || !column.wide())
                .toList(),
            rows));
  }

  private List<Column<ClusterNode>> nodes() {
    return List.of(
        of("NODE", ClusterTables::name),
        of("STATUS", node -> style.state(States.name(node.getStatus()))),
        of("STARTED", node -> times.at(node.getReport().getStartTime())),
        of("SHARDS", said(report -> shards(report, "run"))),
        of("RUNS", said(report -> entities(report, "run"))),
        of("EXECUTIONS", said(report -> entities(report, "execution"))),
        wide("WORKFLOWS", said(report -> entities(report, "workflow"))),
        wide("TASKS", said(report -> entities(report, "task"))),
        wide("GROUPS", said(report -> entities(report, "worker-group"))),
        of("STREAMS", said(report -> number(streams(report.getStreams())))),
        wide("WATCHES", said(report -> number(report.getStreams().getWatches()))),
        wide("LOG TAILS", said(report -> number(report.getStreams().getLogTails()))),
        wide("WORKERS", said(report -> number(report.getStreams().getWorkers()))),
        wide("LOG PUSHES", said(report -> number(report.getStreams().getLogPushes()))),
        of("COMMANDS", said(report -> number(report.getUnansweredCommands()))),
        wide("LOG WAITING", said(report -> report.getWaitingLogBytes() + " B")),
        of("FEED LAG", said(report -> lag(report.getFeed().hasLag(), report.getFeed().getLag()))),
        wide("FEED AT", said(report -> report.getFeed().getPosition())),
        of("VIEW LAG", said(report -> lag(report.getViews().hasLag(), report.getViews().getLag()))),
        wide("CLUSTER ADDRESS", ClusterNode::getClusterAddress),
        wide("UID", node -> Long.toString(node.getUid())),
        wide("VERSION", said(NodeReport::getVersion)),
        of("REMARKS", ClusterTables::remarks));
  }

  private List<Column<WorkerGroupLoad>> groups() {
    return List.of(
        of("GROUP", WorkerGroupLoad::getGroup),
        of("WORKERS", group -> number(group.getWorkers())),
        wide("DRAINING", group -> number(group.getDraining())),
        of("BUSY", group -> group.getBusy() + "/" + group.getSlots()),
        of("WAITING", group -> number(group.getWaiting())),
        of("OLDEST", group -> times.at(group.getOldestWaitTime())),
        wide("HELD BY", group -> holder(group.getClusterAddress())));
  }

  private static List<Column<Pool>> pools() {
    return List.of(
        of("NODE", row -> name(row.node())),
        of("POOL", row -> row.pool().getName()),
        of("ACTIVE", ofPool(ConnectionPool::getActive)),
        of("IDLE", ofPool(ConnectionPool::getIdle)),
        of("WAITING", ofPool(ConnectionPool::getWaiting)),
        of("MAX", ofPool(ConnectionPool::getMax)));
  }

  private static Function<Pool, String> ofPool(ToIntFunction<ConnectionPool> count) {
    return row -> number(count.applyAsInt(row.pool()));
  }

  /** Where callers reach the node, or what else is known of it. */
  static String name(ClusterNode node) {
    String address = node.getReport().getAddress();
    return address.isEmpty() ? node.getClusterAddress() : address;
  }

  private String holder(String clusterAddress) {
    return cluster.getNodesList().stream()
        .filter(node -> node.getClusterAddress().equals(clusterAddress))
        .findFirst()
        .map(ClusterTables::name)
        .orElse(clusterAddress);
  }

  /** What stands in a cell when the node answered; else nothing is known. */
  private static Function<ClusterNode, String> said(Function<NodeReport, String> cell) {
    return node -> node.getAnswered() ? cell.apply(node.getReport()) : "";
  }

  private static String shards(NodeReport report, String kind) {
    return count(report, kind, EntityCount::getShards);
  }

  private static String entities(NodeReport report, String kind) {
    return count(report, kind, EntityCount::getEntities);
  }

  /** Nothing for a kind that is missing: nobody knows how many there are. */
  private static String count(NodeReport report, String kind, ToIntFunction<EntityCount> of) {
    return report.getEntitiesList().stream()
        .filter(count -> count.getKind().equals(kind))
        .map(count -> number(of.applyAsInt(count)))
        .findFirst()
        .orElse("");
  }

  private static int streams(StreamCounts streams) {
    return streams.getWatches()
        + streams.getLogTails()
        + streams.getWorkers()
        + streams.getLogPushes();
  }

  private static String lag(boolean known, Duration lag) {
    return known ? Times.duration(duration(lag)) : "";
  }

  static java.time.Duration duration(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  private static String remarks(ClusterNode node) {
    List<String> remarks = new ArrayList<>();
    if (node.getOldest()) {
      remarks.add("oldest");
    }
    if (!node.getReachable()) {
      remarks.add("unreachable");
    }
    if (!node.getAnswered()) {
      remarks.add("did not answer");
      return String.join(", ", remarks);
    }
    NodeReport report = node.getReport();
    if (report.getViews().getProjecting()) {
      remarks.add("writes the lists");
    }
    if (!report.getDatabaseAnswers()) {
      remarks.add("its database does not answer");
    }
    if (report.getFeed().hasHeldBackBy()) {
      remarks.add("feed held back");
    }
    return String.join(", ", remarks);
  }

  private static String number(int number) {
    return Integer.toString(number);
  }
}
