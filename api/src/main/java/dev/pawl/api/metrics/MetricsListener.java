package dev.pawl.api.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pawl.api.health.Component;
import dev.pawl.api.health.NodeHealth;
import dev.pawl.api.health.Troubles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node as machines look at it, over plain HTTP: {@code /metrics} for Prometheus, {@code /healthz}
 * says that the process lives, {@code /readyz} whether it should get calls.
 */
public final class MetricsListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsListener.class);
  private static final int BACKLOG = 64;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final NodeMetrics metrics;
  private final NodeHealth health;
  private final HttpServer server;
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("metrics-", 0).factory());

  /** An answer to a request. */
  private record Answer(int status, String type, String body) {
    static Answer text(int status, String body) {
      return new Answer(status, TEXT, body + "\n");
    }
  }

  private MetricsListener(HttpServer server, NodeMetrics metrics, NodeHealth health) {
    this.server = server;
    this.metrics = metrics;
    this.health = health;
  }

  /**
   * Listens.
   *
   * @param address port 0 takes a free one
   */
  public static MetricsListener start(
      InetSocketAddress address, NodeMetrics metrics, NodeHealth health) throws IOException {
    MetricsListener listener =
        new MetricsListener(HttpServer.create(address, BACKLOG), metrics, health);
    listener.server.createContext("/", listener::handle);
    listener.server.setExecutor(listener.executor);
    listener.server.start();
    return listener;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      } catch (RuntimeException e) {
        LOG.error("{} cannot be answered", exchange.getRequestURI(), e);
        answer = Answer.text(500, "the server failed unexpectedly; its log has the details");
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(String method, String path) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.text(405, "only GET is answered here");
    }
    return switch (path) {
      case "/metrics" -> new Answer(200, PROMETHEUS, metrics.scrape());
      case "/healthz" -> Answer.text(200, "alive");
      case "/readyz" -> ready(health.troubles());
      default -> Answer.text(404, "there is /metrics, /healthz and /readyz");
    };
  }

  /** Says everything that is wrong; what the status says is whether the node should get calls. */
  private static Answer ready(Troubles troubles) {
    boolean serves = !troubles.has(Component.NODE);
    String lines =
        troubles.byComponent().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                trouble ->
                    trouble.getKey().name().toLowerCase(Locale.ROOT) + ": " + trouble.getValue())
            .collect(Collectors.joining("\n"));
    return Answer.text(
        serves ? 200 : 503,
        (serves ? "ready" : "not ready") + (lines.isEmpty() ? "" : "\n" + lines));
  }
}
