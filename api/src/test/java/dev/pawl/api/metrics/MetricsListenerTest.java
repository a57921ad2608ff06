package dev.pawl.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.api.fake.FakeNodes;
import dev.pawl.api.health.NodeHealth;
import dev.pawl.engine.node.Condition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsListenerTest {
  private final FakeNodes nodes = new FakeNodes();
  private final NodeHealth health = NodeHealth.start(nodes::condition);
  private final NodeMetrics metrics = new NodeMetrics(nodes, health, "1.2.3", () -> FakeNodes.NOW);
  private final MetricsListener listener;
  private final HttpClient client = HttpClient.newHttpClient();

  MetricsListenerTest() throws IOException {
    listener = listen(0);
  }

  private MetricsListener listen(int port) throws IOException {
    return MetricsListener.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), metrics, health);
  }

  @AfterEach
  void close() {
    client.close();
    listener.close();
    metrics.close();
    health.close();
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(listener.address().getPort(), path)))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private void expect(String path, int status, String body) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(body);
  }

  @Test
  void metrics_are_text_that_prometheus_reads() throws Exception {
    HttpResponse<String> response = send("GET", "/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(Scrape.parse(response.body()).value("pawl_leases_total")).isEqualTo(30);
    assertThat(send("HEAD", "/metrics").body()).isEmpty();
  }

  @Test
  void a_process_that_lives_says_so_whatever_else_is_wrong() throws Exception {
    nodes.condition = new Condition(false, false, Duration.ofHours(1));
    expect("/healthz", 200, "alive\n");
  }

  @Test
  void ready_is_who_should_get_calls_and_what_is_wrong_is_said_anyway() throws Exception {
    expect("/readyz", 503, "not ready\nnode: it does not listen yet\n");
    health.serving();
    expect("/readyz", 200, "ready\n");
    nodes.condition = new Condition(true, false, Duration.ofSeconds(1));
    expect("/readyz", 200, "ready\ndatabase: PostgreSQL does not answer\n");
    nodes.condition = new Condition(false, true, Duration.ofSeconds(1));
    expect(
        "/readyz",
        503,
        "not ready\nnode: it is no member of the cluster\ncluster: it is no member\n");
    nodes.condition = FakeNodes.WELL;
    health.leave();
    expect("/readyz", 503, "not ready\nnode: it is leaving\n");
  }

  @Test
  void nothing_else_is_there() throws Exception {
    expect("/metricsx", 404, "there is /metrics, /healthz and /readyz\n");
    assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
  }

  @Test
  void a_port_in_use_is_an_error_of_the_start() {
    assertThatThrownBy(() -> listen(listener.address().getPort())).isInstanceOf(IOException.class);
  }
}
