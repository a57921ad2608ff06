package dev.pawl.bench.chaos.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * What the configuration file of a node says. Each node dials PostgreSQL and its peers from its own
 * address, by which the proxies on the way tell it from the others.
 *
 * @param database where PostgreSQL is dialled
 * @param advertised where its peers dial it
 */
record NodeConfiguration(
    NodePlace place,
    InetSocketAddress database,
    String user,
    Path passwordFile,
    LeaseTimes lease,
    InetSocketAddress advertised) {

  String text() {
    return """
    pawl {
      listen { address = "%s", port = %d }
      database {
        url = "jdbc:postgresql://%s:%d/pawl?localSocketAddress=%s"
        user = "%s"
        password-file = "%s"
      }
      lease { heartbeat-interval = %d ms, time-to-live = %d ms, grace = %d ms }
      command-timeout = 5 s
      metrics.port = off
      cluster {
        address = "%s", port = %d
        advertised-address = "%s", advertised-port = %d
      }
    }
    """
        .formatted(
            place.address().getHostAddress(),
            place.port(),
            database.getAddress().getHostAddress(),
            database.getPort(),
            place.address().getHostAddress(),
            user,
            passwordFile,
            lease.heartbeat().toMillis(),
            lease.timeToLive().toMillis(),
            lease.grace().toMillis(),
            place.address().getHostAddress(),
            place.clusterPort(),
            advertised.getAddress().getHostAddress(),
            advertised.getPort());
  }
}
