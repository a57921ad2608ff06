package dev.pawl.dev.startup;

import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The ports of this machine: which are free, and what to say when one is not. */
public final class Ports {
  private Ports() {}

  /** A port of the loopback interface that nobody listened on a moment ago. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on the loopback interface", e);
    }
  }

  /**
   * Refuses a port that somebody listens on; 0 stands for any free port and is never refused.
   *
   * @param setting where the user chose it, such as {@code --port}
   */
  public static void requireFree(InetAddress address, int port, String setting)
      throws StartupFailure {
    try (ServerSocket socket = new ServerSocket()) {
      // As the server does it, so that connections of a predecessor in TIME_WAIT do not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port), 1);
    } catch (IOException e) {
      throw inUse(address, port, setting, e);
    }
  }

  /** What to tell when {@code port} could not be bound. */
  public static StartupFailure inUse(
      InetAddress address, int port, String setting, Throwable cause) {
    return new StartupFailure(
        Reason.PORT_IN_USE,
        "cannot listen on port %d of %s: %s. Stop what listens there, or choose another port with %s (0 takes a free one)."
            .formatted(port, address.getHostAddress(), cause.getMessage(), setting),
        cause);
  }
}
