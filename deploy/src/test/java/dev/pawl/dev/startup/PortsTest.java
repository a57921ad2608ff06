package dev.pawl.dev.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void a_port_in_use_is_refused_naming_it_and_the_option() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      assertThatThrownBy(() -> Ports.requireFree(LOOPBACK, socket.getLocalPort(), "--port"))
          .hasMessageContaining("port " + socket.getLocalPort())
          .hasMessageContaining("--port")
          .isInstanceOfSatisfying(
              StartupFailure.class,
              e -> assertThat(e.reason()).isEqualTo(StartupFailure.Reason.PORT_IN_USE));
    }
  }

  @Test
  void a_free_port_and_any_port_are_not() throws Exception {
    Ports.requireFree(LOOPBACK, Ports.free(), "--port");
    Ports.requireFree(LOOPBACK, 0, "--port");
  }
}
