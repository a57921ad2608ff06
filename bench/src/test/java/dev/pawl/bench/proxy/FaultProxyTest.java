package dev.pawl.bench.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(30)
class FaultProxyTest {
  private static final int SHORT_MILLIS = 200;

  private final InetAddress one = loopback(1);
  private final InetAddress two = loopback(2);

  private final ServerSocket echo;
  private final FaultProxy proxy;

  FaultProxyTest() throws IOException {
    echo = new ServerSocket(0, 16, one);
    proxy =
        FaultProxy.start(
            new InetSocketAddress(one, 0), new InetSocketAddress(one, echo.getLocalPort()));
  }

  @BeforeEach
  void open() {
    Thread.ofVirtual().start(() -> serve(echo));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void passes_on_both_ways_and_the_end_too() throws IOException {
    try (Socket client = connect(one)) {
      assertThat(echoed(client, "hello")).isEqualTo("hello");

      client.shutdownOutput();

      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    await().until(() -> proxy.open() == 0);
    assertThat(proxy.counts()).isEqualTo(new FaultProxy.Counts(1, 0, 0, 0));
  }

  @Test
  void passes_on_more_than_any_buffer_holds() throws IOException {
    byte[] much = new byte[3 << 20];
    for (int i = 0; i < much.length; i++) {
      much[i] = (byte) (i * 31);
    }
    try (Socket client = connect(one)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  client.getOutputStream().write(much);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });

      assertThat(new DataInputStream(client.getInputStream()).readNBytes(much.length))
          .isEqualTo(much);
    }
  }

  @Test
  void cutting_a_source_resets_its_connections_and_no_others() throws IOException {
    try (Socket cut = connect(one);
        Socket spared = connect(two)) {
      assertThat(echoed(cut, "a")).isEqualTo("a");
      assertThat(echoed(spared, "b")).isEqualTo("b");

      proxy.rule(one, new Rule.Cut());

      assertThatThrownBy(() -> echoed(cut, "c")).isInstanceOf(SocketException.class);
      assertThat(echoed(spared, "d")).isEqualTo("d");
    }
    try (Socket refused = connect(one)) {
      assertThatThrownBy(() -> echoed(refused, "e")).isInstanceOf(IOException.class);
    }
    assertThat(proxy.counts().reset()).isEqualTo(1);
    assertThat(proxy.counts().refused()).isEqualTo(1);

    proxy.heal();

    try (Socket again = connect(one)) {
      assertThat(echoed(again, "f")).isEqualTo("f");
    }
  }

  @Test
  void a_blackhole_holds_what_comes_and_lets_it_go_when_it_is_healed() throws IOException {
    try (Socket client = connect(one)) {
      assertThat(echoed(client, "a")).isEqualTo("a");
      proxy.rule(one, new Rule.Blackhole());
      client.setSoTimeout(SHORT_MILLIS);

      client.getOutputStream().write("b".getBytes(StandardCharsets.UTF_8));

      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      client.setSoTimeout(0);
      proxy.heal();
      assertThat(client.getInputStream().read()).isEqualTo('b');
    }
    assertThat(proxy.counts().bites()).isPositive();
  }

  @Test
  void a_blackhole_accepts_connections_that_reach_nobody() throws IOException {
    proxy.rule(new Rule.Blackhole());
    try (Socket client = connect(two)) {
      client.setSoTimeout(SHORT_MILLIS);
      assertThatThrownBy(() -> echoed(client, "a")).isInstanceOf(SocketTimeoutException.class);
      client.setSoTimeout(0);

      proxy.heal();

      assertThat(client.getInputStream().read()).isEqualTo('a');
    }
  }

  @Test
  void a_blackhole_that_becomes_a_cut_resets_what_it_held() throws IOException {
    proxy.rule(new Rule.Blackhole());
    try (Socket client = connect(one)) {
      client.getOutputStream().write('a');
      await().until(() -> proxy.counts().held() > 0);

      proxy.rule(new Rule.Cut());

      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void a_source_that_is_forgotten_is_served_like_all_others() throws IOException {
    proxy.rule(one, new Rule.Blackhole());
    proxy.forget(one);
    try (Socket client = connect(one)) {
      assertThat(echoed(client, "a")).isEqualTo("a");

      proxy.rule(new Rule.Cut());

      assertThatThrownBy(() -> echoed(client, "b")).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void a_delay_makes_each_piece_late() throws IOException {
    proxy.rule(new Rule.Delay(Duration.ofMillis(SHORT_MILLIS)));
    try (Socket client = connect(one)) {
      long begin = System.nanoTime();

      assertThat(echoed(client, "a")).isEqualTo("a");

      // Once to connect, once there, once back.
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(3 * SHORT_MILLIS));
    }
  }

  @Test
  void resetting_all_breaks_what_stands_and_serves_what_comes() throws IOException {
    try (Socket client = connect(one)) {
      assertThat(echoed(client, "a")).isEqualTo("a");

      proxy.resetAll();

      assertThatThrownBy(() -> echoed(client, "b")).isInstanceOf(SocketException.class);
    }
    try (Socket next = connect(one)) {
      assertThat(echoed(next, "c")).isEqualTo("c");
    }
  }

  @Test
  void a_target_that_is_not_there_resets_the_connection() throws IOException {
    echo.close();
    // Whoever waits to accept may still get one connection.
    await().until(this::isEchoGone);
    try (Socket client = connect(one)) {
      assertThatThrownBy(() -> echoed(client, "a")).isInstanceOf(SocketException.class);
    }
    await().until(() -> proxy.open() == 0);
  }

  private boolean isEchoGone() throws IOException {
    try (Socket _ = new Socket(one, echo.getLocalPort())) {
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  private Socket connect(InetAddress source) throws IOException {
    return new Socket(one, proxy.address().getPort(), source, 0);
  }

  private static String echoed(Socket client, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    client.getOutputStream().write(bytes);
    byte[] answer = client.getInputStream().readNBytes(bytes.length);
    if (answer.length < bytes.length) {
      throw new SocketException("ended");
    }
    return new String(answer, StandardCharsets.UTF_8);
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (client) {
                    client.getInputStream().transferTo(client.getOutputStream());
                  } catch (IOException e) {
                    // Its client was reset on purpose.
                    assertThat(e).isNotNull();
                  }
                });
      } catch (IOException e) {
        assertThat(server.isClosed()).isTrue();
      }
    }
  }

  private static InetAddress loopback(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
