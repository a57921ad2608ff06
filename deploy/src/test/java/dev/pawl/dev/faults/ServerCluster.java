package dev.pawl.dev.faults;

import static org.awaitility.Awaitility.await;

import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.startup.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Several nodes on loopback addresses of their own, over one PostgreSQL. */
final class ServerCluster implements Served {
  private static final Duration TOGETHER_WITHIN = Duration.ofSeconds(60);

  private final EmbeddedPostgres postgres;
  private final List<ServerNode> nodes;

  private ServerCluster(EmbeddedPostgres postgres, List<ServerNode> nodes) {
    this.postgres = postgres;
    this.nodes = nodes;
  }

  /** Starts so many nodes at the same time, and waits until they are one cluster. */
  static ServerCluster start(Path directory, int count) throws Exception {
    return start(directory, count, EmbeddedPostgres.ephemeral());
  }

  /** As that, over this PostgreSQL, which is closed with the cluster. */
  static ServerCluster start(Path directory, int count, EmbeddedPostgres postgres)
      throws Exception {
    List<ServerNode> nodes = new ArrayList<>();
    ServerCluster cluster = new ServerCluster(postgres, nodes);
    try {
      for (int i = 1; i <= count; i++) {
        nodes.add(begin(directory.resolve("node" + i), "127.0.0." + i, postgres));
      }
      for (ServerNode node : nodes) {
        node.awaitReady();
      }
      cluster.awaitMembers(count);
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  private static ServerNode begin(Path directory, String host, EmbeddedPostgres postgres)
      throws IOException {
    int port = Ports.free();
    int clusterPort = Ports.free();
    Files.createDirectories(directory);
    Path password = directory.resolve("password");
    Files.writeString(password, postgres.password());
    Files.writeString(
        directory.resolve("server.conf"),
        """
        pawl {
          listen { address = "%s", port = %d }
          cluster.port = %d
          metrics.port = off
          database {
            url = "%s", user = "%s", password-file = "%s"
            view-connections = 4
          }
        }
        """
            .formatted(host, port, clusterPort, postgres.jdbcUrl(), postgres.user(), password));
    return ServerNode.begin(directory, host + ":" + port, clusterPort);
  }

  @Override
  public String address() {
    return nodes.stream().map(ServerNode::address).collect(Collectors.joining(","));
  }

  @Override
  public Path dataDirectory() {
    return postgres.directory();
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  List<ServerNode> nodes() {
    return nodes;
  }

  /** The node that has been a member for the longest: it decides where shards live. */
  ServerNode oldest() throws SQLException {
    int port = members().getFirst();
    return nodes.stream().filter(node -> node.clusterPort() == port).findFirst().orElseThrow();
  }

  void awaitMembers(int count) {
    await(count + " members")
        .atMost(TOGETHER_WITHIN)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> members().size() == count);
  }

  /** The cluster ports of those that are members and were not found dead, the oldest first. */
  List<Integer> members() throws SQLException {
    return ask(
        "SELECT port FROM pawl.cluster_node WHERE member AND condemned_at IS NULL"
            + " ORDER BY started_at");
  }

  /** The cluster ports of the lives that were found dead. */
  List<Integer> condemned() throws SQLException {
    return ask("SELECT port FROM pawl.cluster_node WHERE condemned_at IS NOT NULL");
  }

  private List<Integer> ask(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        ResultSet rows = connection.createStatement().executeQuery(sql)) {
      List<Integer> ports = new ArrayList<>();
      while (rows.next()) {
        ports.add(rows.getInt(1));
      }
      return ports;
    }
  }

  @Override
  public void close() throws Exception {
    for (ServerNode node : nodes) {
      node.close();
    }
    postgres.close();
  }
}
