package dev.pawl.api.server;

import dev.pawl.api.health.NodeHealth;
import dev.pawl.api.metrics.CallMeter;
import dev.pawl.api.metrics.MetricsListener;
import dev.pawl.api.metrics.NodeMetrics;
import dev.pawl.api.server.ServerStartFailed.Reason;
import dev.pawl.engine.node.GatewayLoad;
import dev.pawl.engine.node.Nodes;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.WorkerServiceGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;

/** What a node tells of itself to machines: its health, its metrics, its part in reports. */
final class Telemetry implements AutoCloseable {
  private final Nodes nodes;
  private final String version;
  private final NodeHealth health;
  private final NodeMetrics metrics;
  private final Optional<MetricsListener> listener;

  private Telemetry(
      Nodes nodes,
      String version,
      NodeHealth health,
      NodeMetrics metrics,
      Optional<MetricsListener> listener) {
    this.nodes = nodes;
    this.version = version;
    this.health = health;
    this.metrics = metrics;
    this.listener = listener;
  }

  /** Listens for who reads metrics, if it is to. The node does not serve yet. */
  static Telemetry start(ServerSettings settings, Nodes nodes) throws ServerStartFailed {
    NodeHealth health = NodeHealth.start(nodes::condition);
    try {
      NodeMetrics metrics =
          new NodeMetrics(nodes, health, settings.version(), InstantSource.system());
      return new Telemetry(
          nodes, settings.version(), health, metrics, listen(settings, metrics, health));
    } catch (ServerStartFailed | RuntimeException | Error e) {
      health.close();
      throw e;
    }
  }

  private static Optional<MetricsListener> listen(
      ServerSettings settings, NodeMetrics metrics, NodeHealth health) throws ServerStartFailed {
    if (settings.metrics().isEmpty()) {
      return Optional.empty();
    }
    InetSocketAddress address = settings.metrics().get();
    try {
      return Optional.of(MetricsListener.start(address, metrics, health));
    } catch (IOException e) {
      metrics.close();
      throw new ServerStartFailed(
          Reason.ADDRESS_UNUSABLE,
          "cannot listen on %s:%d for metrics (%s): stop what listens there, or choose another port"
              .formatted(address.getAddress().getHostAddress(), address.getPort(), e.getMessage()),
          e);
    }
  }

  NodeHealth health() {
    return health;
  }

  CallMeter calls() {
    return metrics.calls();
  }

  /**
   * Says from now on that the node serves.
   *
   * @param address host:port that it does at
   */
  void serving(String address) {
    CallMeter calls = metrics.calls();
    nodes.announce(
        () ->
            new GatewayLoad(
                address,
                version,
                calls.open(WatchServiceGrpc.getWatchMethod()),
                calls.open(LogServiceGrpc.getTailLogsMethod()),
                calls.open(WorkerServiceGrpc.getConnectMethod()),
                calls.open(WorkerServiceGrpc.getPushLogsMethod())));
    health.serving();
  }

  /** Where the metrics are, if they are anywhere. */
  Optional<InetSocketAddress> metricsAddress() {
    return listener.map(MetricsListener::address);
  }

  @Override
  public void close() {
    listener.ifPresent(MetricsListener::close);
    health.close();
    metrics.close();
  }
}
