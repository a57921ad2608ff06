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
import dev.pawl.v1.Operation;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Takes back what was given, of a task that was handed these. */
  private Report undo(HttpAction.Builder action, Struct inputs, Struct outputs) {
    server.offer(
        server
            .lease(
                LeaseSpec.newBuilder().setTask("t").setAction(Action.newBuilder().setHttp(action)))
            .setOperation(Operation.OPERATION_ROLLBACK)
            .setInputs(inputs)
            .setOutputs(outputs));
    return server.result(1);
  }

  private static Struct struct(String name, Value value) {
    return Struct.newBuilder().putFields(name, value).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Test
  void an_undo_names_the_outputs_of_what_it_takes_back() {
    Struct inputs = struct("zone", text("z 1/a")).toBuilder().putFields("why", text("x")).build();
    Struct outputs =
        struct("id", Value.newBuilder().setNumberValue(7).build()).toBuilder()
            .putFields("etag", text("\"v1\""))
            .build();
    Report report =
        undo(
            to("/echo/{inputs.zone}/{outputs.id}?tag={outputs.etag}")
                .setMethod("DELETE")
                .putHeaders("X-Key", "k-{outputs.etag}")
                .setBody("{\"id\": {outputs.id}, \"etag\": {outputs.etag}}"),
            inputs,
            outputs);
    assertThat(report.hasSucceeded()).isTrue();
    assertThat(heard)
        .containsExactly(
            "DELETE /echo/z%201%2Fa/7?tag=%22v1%22&why=x 1 k-\"v1\""
                + " {\"id\": 7, \"etag\": \"\\\"v1\\\"\"}");
  }

  @Test
  void an_input_that_the_url_names_is_not_in_the_body_too() {
    undo(
        to("/text/{inputs.zone}").setMethod("POST"),
        struct("zone", text("z1")).toBuilder().putFields("why", text("x")).build(),
        Struct.getDefaultInstance());
    assertThat(heard).containsExactly("POST /text/z1 1 k {\"why\":\"x\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /echo/{outputs.id}  | has no value: the task has not succeeded
          /echo/{inputs.none} | has no value
          /echo/{inputs.up}   | would make it another path
          """)
  void no_request_goes_out_where_a_value_is_missing_or_would_name_something_else(
      String path, String why) {
    Report report =
        undo(to(path).setMethod("DELETE"), struct("up", text("..")), Struct.getDefaultInstance());
    assertThat(report.getFailed().getReason()).isEqualTo("HTTP_FAILED");
    assertThat(report.getFailed().getPermanent()).isTrue();
    assertThat(report.getFailed().getMessage()).contains(why);
    assertThat(heard).isEmpty();
  }

  @Test
  void a_header_that_a_value_would_split_is_not_sent() {
    Report report =
        undo(
            to("/echo").putHeaders("X-Key", "{inputs.key}"),
            struct("key", text("a\r\nHost: elsewhere")),
            Struct.getDefaultInstance());
    assertThat(report.getFailed().getMessage()).contains("X-Key", "control character");
    assertThat(heard).isEmpty();
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
