package dev.pawl.engine.cluster;

import java.util.List;

/**
 * Where nodes talk to each other.
 *
 * @param host that this node binds to, and calls the others from
 * @param port 0 takes a free one
 * @param advertisedHost what the others are told, when it is not the host: behind a forwarded port,
 *     say; else empty
 * @param advertisedPort what the others are told, when it is not the port; else 0
 * @param seedNodes {@code host:port} of nodes to join instead of those that the database names; the
 *     first of them forms the cluster; mostly empty
 */
public record ClusterSettings(
    String host, int port, String advertisedHost, int advertisedPort, List<String> seedNodes) {

  public ClusterSettings {
    seedNodes = List.copyOf(seedNodes);
  }

  /** A node that others find over the database, on a free port of this host. */
  public static ClusterSettings on(String host) {
    return new ClusterSettings(host, 0, "", 0, List.of());
  }
}
