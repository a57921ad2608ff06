package dev.pawl.bench.chaos.node;

import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.proxy.FaultProxy;
import dev.pawl.bench.proxy.Rule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that faults are done to: a PostgreSQL, nodes, workers, and a proxy on each way between
 * them. Callers and workers reach a node through its front, nodes each other through the cluster
 * proxy of the one that is dialled, and PostgreSQL through one proxy that tells them apart.
 */
public final class Cluster implements AutoCloseable {
  /** More than that share a machine badly. */
  public static final int MOST_NODES = 9;

  private final Path directory;
  private final Database database;
  private final FaultProxy databaseProxy;
  private final List<FaultProxy> fronts = new ArrayList<>();
  private final List<FaultProxy> clusterProxies = new ArrayList<>();
  private final List<ServerNode> nodes = new ArrayList<>();
  private final List<WorkerProcess> workers = new ArrayList<>();

  private Cluster(Path directory, Database database, FaultProxy databaseProxy) {
    this.directory = directory;
    this.database = database;
    this.databaseProxy = databaseProxy;
  }

  /**
   * Starts PostgreSQL and so many nodes, and waits until they serve.
   *
   * @param nodeOptions further JVM options of the nodes
   */
  public static Cluster start(Path directory, int size, LeaseTimes lease, List<String> nodeOptions)
      throws IOException, InterruptedException {
    Database database = Database.start(Files.createDirectories(directory.resolve("postgres")));
    // Else PostgreSQL would outlive a harness that is interrupted.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(database::kill));
    Cluster cluster;
    try {
      cluster =
          new Cluster(
              directory,
              database,
              FaultProxy.start(new InetSocketAddress(Loopback.address(1), 0), database.address()));
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
    try {
      cluster.startNodes(size, lease, nodeOptions);
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startNodes(int size, LeaseTimes lease, List<String> nodeOptions)
      throws IOException, InterruptedException {
    for (int number = 1; number <= size; number++) {
      NodePlace place = NodePlace.choose(number);
      InetSocketAddress anyPort = new InetSocketAddress(place.address(), 0);
      fronts.add(FaultProxy.start(anyPort, place.service()));
      FaultProxy peers = FaultProxy.start(anyPort, place.cluster());
      clusterProxies.add(peers);
      nodes.add(
          ServerNode.start(
              directory,
              new NodeConfiguration(
                  place,
                  databaseProxy.address(),
                  database.user(),
                  database.passwordFile(),
                  lease,
                  peers.address()),
              nodeOptions));
    }
    for (ServerNode node : nodes) {
      node.awaitReady();
    }
  }

  /** Starts the workers. */
  public void startWorkers(List<WorkerPlace> places, String ledger, Recorder recorder)
      throws IOException {
    for (WorkerPlace place : places) {
      workers.add(WorkerProcess.start(place, directory, frontByNode(), ledger, recorder));
    }
  }

  private Map<String, String> frontByNode() {
    Map<String, String> byName = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      byName.put(nodes.get(i).place().name(), fronts.get(i).hostAndPort());
    }
    return byName;
  }

  /** Where callers reach the nodes, in their order, as {@code host:port}. */
  public List<String> addresses() {
    return fronts.stream().map(FaultProxy::hostAndPort).toList();
  }

  /** The names of the nodes, in their order. */
  public List<String> names() {
    return nodes.stream().map(node -> node.place().name()).toList();
  }

  public List<ServerNode> nodes() {
    return List.copyOf(nodes);
  }

  public List<WorkerProcess> workers() {
    return List.copyOf(workers);
  }

  public Database database() {
    return database;
  }

  /** On the way of all nodes to PostgreSQL. */
  public FaultProxy databaseProxy() {
    return databaseProxy;
  }

  /** On the ways of callers and workers to the nodes. */
  public List<FaultProxy> fronts() {
    return List.copyOf(fronts);
  }

  /** Has one node and all others lose each other. */
  public void isolate(ServerNode lonely) {
    for (int i = 0; i < nodes.size(); i++) {
      ServerNode node = nodes.get(i);
      if (node != lonely) {
        clusterProxies.get(i).rule(lonely.place().address(), new Rule.Blackhole());
        clusterProxies
            .get(nodes.indexOf(lonely))
            .rule(node.place().address(), new Rule.Blackhole());
      }
    }
  }

  /** Has all nodes find each other again. */
  public void reunite() {
    clusterProxies.forEach(FaultProxy::heal);
  }

  /** How often the others found a node dead so far. */
  public long burials(ServerNode node) throws SQLException {
    InetSocketAddress address = clusterProxies.get(nodes.indexOf(node)).address();
    try (Connection connection = database.connect();
        PreparedStatement count =
            connection.prepareStatement(
                """
                SELECT count(*) FROM cluster_node
                WHERE host = ? AND port = ? AND condemned_at IS NOT NULL\
                """)) {
      count.setString(1, address.getAddress().getHostAddress());
      count.setInt(2, address.getPort());
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** What the proxies between nodes have done so far. */
  public FaultProxy.Counts peerCounts() {
    FaultProxy.Counts sum = new FaultProxy.Counts(0, 0, 0, 0);
    for (FaultProxy proxy : clusterProxies) {
      sum = sum.plus(proxy.counts());
    }
    return sum;
  }

  /** Has every proxy pass on everything again. */
  public void healNetwork() {
    databaseProxy.heal();
    fronts.forEach(FaultProxy::heal);
    clusterProxies.forEach(FaultProxy::heal);
  }

  @Override
  public void close() {
    healNetwork();
    workers.forEach(WorkerProcess::close);
    nodes.parallelStream().forEach(ServerNode::close);
    fronts.forEach(FaultProxy::close);
    clusterProxies.forEach(FaultProxy::close);
    databaseProxy.close();
    database.close();
  }
}
