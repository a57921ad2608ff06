package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.proxy.FaultProxy;
import dev.pawl.bench.proxy.Rule;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A node that reaches no other one, and is reached by none.
 *
 * @param number of the node, from 1
 * @param postgresToo whether it loses PostgreSQL as well
 */
record PartitionFault(int number, boolean postgresToo, Duration lasts) implements Fault {
  @Override
  public Kind kind() {
    return Kind.PARTITION;
  }

  @Override
  public String target() {
    return "node" + number;
  }

  @Override
  public String detail() {
    return "no other node%s in reach for %d ms"
        .formatted(postgresToo ? " and no PostgreSQL" : "", lasts.toMillis());
  }

  @Override
  public Blow strike(Scene scene) throws IOException, SQLException {
    Cluster cluster = scene.cluster();
    ServerNode node = cluster.nodes().get(number - 1);
    Scene.UnderWay underWay = scene.underWay();
    long burials = cluster.burials(node);
    FaultProxy.Counts peers = cluster.peerCounts();
    FaultProxy.Counts database = cluster.databaseProxy().counts();
    cluster.isolate(node);
    if (postgresToo) {
      cluster.databaseProxy().rule(node.place().address(), new Rule.Blackhole());
    }
    return () -> {
      long heldPeers = cluster.peerCounts().since(peers).bites();
      long heldDatabase = cluster.databaseProxy().counts().since(database).bites();
      cluster.reunite();
      cluster.databaseProxy().forget(node.place().address());
      node.awaitServing();
      return new Evidence(
          heldPeers > 0 && (!postgresToo || heldDatabase > 0),
          "held %d pieces between nodes and %d to PostgreSQL; %s; found dead %d times"
              .formatted(heldPeers, heldDatabase, underWay, cluster.burials(node) - burials));
    };
  }
}
