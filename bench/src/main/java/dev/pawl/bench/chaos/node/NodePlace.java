package dev.pawl.bench.chaos.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where one node is: an address that stands for a machine, and its ports.
 *
 * @param number 1, 2 ...
 * @param port of services and workers
 * @param clusterPort of the other nodes
 */
public record NodePlace(int number, InetAddress address, int port, int clusterPort) {
  static NodePlace choose(int number) {
    InetAddress address = Loopback.address(number);
    return new NodePlace(number, address, FreePorts.on(address), FreePorts.on(address));
  }

  public String name() {
    return "node" + number;
  }

  InetSocketAddress service() {
    return new InetSocketAddress(address, port);
  }

  InetSocketAddress cluster() {
    return new InetSocketAddress(address, clusterPort);
  }

  /** Where services and workers reach it, as {@code host:port}. */
  public String hostAndPort() {
    return address.getHostAddress() + ":" + port;
  }
}
