package dev.pawl.worker.http;

import static dev.pawl.worker.FakeServer.seconds;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pawl.v1.Action;
import dev.pawl.v1.HttpAction;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.Output;
import dev.pawl.v1.Report;
import dev.pawl.v1.Stop;
import dev.pawl.v1.ValueType;
import dev.pawl.worker.FakeServer;
import dev.pawl.worker.Worker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HttpTest {
  private final FakeServer server = new FakeServer();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpServer web;
  private Worker worker;

  @BeforeEach
  void begin() throws IOException {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    web.createContext(
        "/echo", exchange -> answer(exchange, 200, "{\"id\": 7, \"name\": \"seven\"}"));
    web.createContext("/text", exchange -> answer(exchange, 201, "plain"));
    web.createContext("/broken", exchange -> answer(exchange, 503, "come back later"));
    web.createContext("/long", exchange -> answer(exchange, 200, "x".repeat(2 << 20)));
    web.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/echo");
          answer(exchange, 302, "");
        });
    web.createContext(
        "/elsewhere",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "https://localhost:1/");
          answer(exchange, 302, "");
        });
    web.createContext(
        "/slow",
        exchange -> {
          heard.add("slow");
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          answer(exchange, 200, "");
        });
    web.start();
    worker = server.worker().build();
    worker.start();
  }

  @AfterEach
  void end() {
    release.countDown();
    worker.close();
    server.close();
    web.stop(0);
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    heard.add(
        "%s %s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("Pawl-Fence"),
                exchange.getRequestHeaders().getFirst("X-Key"),
                new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    byte[] bytes = body.getBytes(UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private HttpAction.Builder to(String path) {
    return HttpAction.newBuilder()
        .setUrl("http://localhost:" + web.getAddress().getPort() + path)
        .putHeaders("X-Key", "k");
  }

  private void begin(HttpAction.Builder action, Output... outputs) {
    server.offer(
        server
            .lease(
                LeaseSpec.newBuilder()
                    .setTask("t")
                    .setAction(Action.newBuilder().setHttp(action))
                    .addAllOutputs(List.of(outputs)))
            .setInputs(
                Struct.newBuilder()
                    .putFields("q", Value.newBuilder().setStringValue("a&b c").build())));
  }

  private Report run(HttpAction.Builder action, Output... outputs) {
    begin(action, outputs);
    return server.result(1);
  }

  private static Output output(String name, ValueType type) {
    return Output.newBuilder().setName(name).setType(type).build();
  }

  @Test
  void a_get_carries_its_inputs_in_the_query_and_reads_outputs_from_the_answer() {
    Report report =
        run(
            to("/echo?x=1"),
            output("id", ValueType.VALUE_TYPE_INTEGER),
            output("name", ValueType.VALUE_TYPE_STRING),
            output("status", ValueType.VALUE_TYPE_INTEGER));
    assertThat(heard).containsExactly("GET /echo?x=1&q=a%26b+c 1 k ");
    assertThat(report.getSucceeded().getOutputs().getFieldsMap())
        .containsEntry("id", Value.newBuilder().setNumberValue(7).build())
        .containsEntry("name", Value.newBuilder().setStringValue("seven").build())
        .containsEntry("status", Value.newBuilder().setNumberValue(200).build());
    // A query may hold secrets.
    server.awaitLogEnd();
    assertThat(server.texts()).noneMatch(text -> text.contains("q="));
  }

  @Test
  void a_post_carries_its_inputs_as_json_and_may_hand_over_the_body() {
    Report report = run(to("/text").setMethod("post"), output("body", ValueType.VALUE_TYPE_STRING));
    assertThat(heard).containsExactly("POST /text 1 k {\"q\":\"a&b c\"}");
    assertThat(report.getSucceeded().getOutputs().getFieldsOrThrow("body").getStringValue())
        .isEqualTo("plain");
  }

  @Test
  void a_status_that_was_not_expected_fails_the_attempt() {
    Report report = run(to("/broken"));
    assertThat(report.getFailed().getReason()).isEqualTo("HTTP_STATUS");
    assertThat(report.getFailed().getMessage())
        .contains("answered 503, expected 200 to 299; the answer begins: come back later");
  }

  @Test
  void a_status_may_be_expected() {
    assertThat(run(to("/broken").addExpectedStatus(503)).hasSucceeded()).isTrue();
  }

  @Test
  void a_redirect_is_followed_on_the_same_scheme() {
    assertThat(run(to("/moved")).hasSucceeded()).isTrue();
    assertThat(heard).hasSize(2);
  }

  @Test
  void a_redirect_to_another_scheme_is_the_answer() {
    assertThat(run(to("/elsewhere")).getFailed().getMessage()).contains("answered 302");
  }

  @Test
  void an_answer_beyond_the_limit_fails_the_attempt() {
    assertThat(run(to("/long")).getFailed().getReason()).isEqualTo("RESULT_TOO_LARGE");
  }

  @Test
  void nobody_at_the_address_fails_the_attempt() {
    Report report = run(HttpAction.newBuilder().setUrl("http://localhost:1/x"));
    assertThat(report.getFailed().getReason()).isEqualTo("HTTP_FAILED");
    assertThat(report.getFailed().getMessage()).startsWith("GET http://localhost:1/x: ");
  }

  @Test
  void a_url_of_another_scheme_is_refused_for_good() {
    Report report = run(HttpAction.newBuilder().setUrl("file:///etc/passwd"));
    assertThat(report.getFailed().getReason()).isEqualTo("HTTP_FAILED");
    assertThat(report.getFailed().getPermanent()).isTrue();
  }

  @Test
  void a_request_that_is_told_to_stop_is_given_up() {
    begin(to("/slow"));
    await().until(() -> heard.contains("slow"));
    server.stop(Stop.newBuilder().setFence(1).setGrace(seconds(20)));
    assertThat(server.result(1).getStopped().getReason()).isEqualTo("SIGNAL");
  }
}
