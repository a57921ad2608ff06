package dev.pawl.bench.chaos.node;

import dev.pawl.bench.BenchFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that a process may keep over its restarts: below those that the kernel gives to
 * outgoing connections, one of which would else take the port while the process is down.
 */
final class FreePorts {
  private static final int LEAST = 18_000;
  private static final int MOST = 31_000;
  private static final int TRIES = 200;

  private FreePorts() {}

  static int on(InetAddress address) {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(address, port), 1);
        return port;
      } catch (IOException taken) {
        // The next one, then.
        continue;
      }
    }
    throw new BenchFailure(1, "found no free port on " + address.getHostAddress());
  }
}
