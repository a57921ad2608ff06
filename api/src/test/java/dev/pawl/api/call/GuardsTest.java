package dev.pawl.api.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.GetServerRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.ServerServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import dev.pawl.v1.WaitRunRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GuardsTest {
  private static Metadata header(String name, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return headers;
  }

  private static RunServiceGrpc.RunServiceBlockingStub as(Gateway gateway, Metadata headers) {
    return RunServiceGrpc.newBlockingStub(gateway.channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static StartRunRequest start(String requestId) {
    return StartRunRequest.newBuilder()
        .setDefinition("projects/shop/workflows/daily")
        .setRequestId(requestId)
        .build();
  }

  @Test
  void the_caller_and_its_trace_are_taken_from_the_metadata() {
    try (Gateway gateway = new Gateway()) {
      Samples.submitDaily(gateway);
      Metadata headers = header("pawl-principal", "ada@example.org");
      headers.merge(
          header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
      as(gateway, headers).startRun(start("r-1"));
      as(gateway, header("traceparent", "nonsense")).startRun(start("r-2"));
      assertThat(gateway.runs.heads.values())
          .extracting(head -> head.header().initiator() + " " + head.header().traceparent())
          .containsExactlyInAnyOrder(
              "ada@example.org 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
              "anonymous ");
    }
  }

  @Test
  void a_malformed_principal_is_refused() {
    try (Gateway gateway = new Gateway()) {
      PawlError refusal =
          Gateway.refusal(
              () -> as(gateway, header("pawl-principal", "a b")).startRun(start("r-1")));
      assertThat(refusal.reason()).contains("INVALID_FIELD");
    }
  }

  @Test
  void a_thousand_starts_at_once_are_all_let_in() throws Exception {
    try (Gateway gateway = new Gateway()) {
      Samples.submitDaily(gateway);
      CompletableFuture<Void> gate = new CompletableFuture<>();
      gateway.runs.gate = gate;
      List<ListenableFuture<StartRunResponse>> answers = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        answers.add(RunServiceGrpc.newFutureStub(gateway.channel).startRun(start("request-" + i)));
      }
      gate.complete(null);
      for (ListenableFuture<StartRunResponse> answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).hasRun()).isTrue();
      }
      assertThat(gateway.runs.heads).hasSize(1_000);
    }
  }

  @Test
  void calls_beyond_the_bound_are_refused_and_places_are_given_back() throws Exception {
    try (Gateway gateway =
        new Gateway(new Guards(10, 1), Duration.ofSeconds(5), Duration.ofSeconds(5))) {
      Samples.submitDaily(gateway);
      CompletableFuture<Void> gate = new CompletableFuture<>();
      gateway.runs.gate = gate;
      List<ListenableFuture<StartRunResponse>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(RunServiceGrpc.newFutureStub(gateway.channel).startRun(start("request-" + i)));
      }
      RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(gateway.channel);
      Awaitility.await()
          .untilAsserted(
              () -> {
                PawlError refusal = Gateway.refusal(() -> runs.startRun(start("one-more")));
                assertThat(refusal.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(refusal.reason()).contains("OVERLOADED");
              });
      // Who waits for a run is counted apart.
      gateway.runs.heads.put(
          Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header("00"), RunStatus.SUCCEEDED));
      assertThat(
              runs.waitRun(
                      WaitRunRequest.newBuilder()
                          .setName("projects/shop/runs/" + Samples.RUN)
                          .build())
                  .hasRun())
          .isTrue();
      answers.getFirst().cancel(true);
      gate.complete(null);
      for (ListenableFuture<StartRunResponse> answer : answers.subList(1, 10)) {
        assertThat(answer.get(20, TimeUnit.SECONDS).hasRun()).isTrue();
      }
      Awaitility.await()
          .untilAsserted(() -> assertThat(runs.startRun(start("one-more")).hasRun()).isTrue());
      for (int i = 0; i < 50; i++) {
        assertThat(runs.startRun(start("again-" + i)).hasRun()).isTrue();
      }
    }
  }

  @Test
  void every_reason_has_a_status_and_travels_without_its_prefix() {
    Set<String> names = new HashSet<>();
    for (ErrorReason reason : ErrorReason.values()) {
      if (reason == ErrorReason.UNRECOGNIZED || reason == ErrorReason.ERROR_REASON_UNSPECIFIED) {
        continue;
      }
      PawlError error = PawlErrors.of(ApiErrors.of(reason, "message"));
      assertThat(error.code()).isEqualTo(ApiErrors.code(reason));
      names.add(error.reason().orElseThrow());
    }
    assertThat(names)
        .hasSize(ErrorReason.values().length - 2)
        .noneMatch(name -> name.startsWith("ERROR"))
        .contains("RUN_NOT_FOUND");
    assertThat(Arrays.asList(ErrorReason.values())).contains(ErrorReason.UNRECOGNIZED);
  }

  @Test
  void the_server_says_which_it_is() {
    try (Gateway gateway = new Gateway()) {
      var server =
          ServerServiceGrpc.newBlockingStub(gateway.channel)
              .getServer(GetServerRequest.getDefaultInstance());
      assertThat(server.getVersion()).isEqualTo("1.2.3");
      assertThat(server.getMode()).isEqualTo("dev");
      assertThat(server.getApiLevel()).isEqualTo(1);
    }
  }

  @Test
  void an_answer_to_a_caller_that_has_gone_is_dropped() throws Exception {
    try (Gateway gateway = new Gateway()) {
      Samples.submitDaily(gateway);
      CompletableFuture<Void> gate = new CompletableFuture<>();
      gateway.runs.gate = gate;
      ListenableFuture<StartRunResponse> answer =
          RunServiceGrpc.newFutureStub(gateway.channel).startRun(start("r-1"));
      answer.cancel(true);
      gate.complete(null);
      assertThat(
              Gateway.refusal(
                      () ->
                          RunServiceGrpc.newBlockingStub(gateway.channel)
                              .pauseRun(
                                  PauseRunRequest.newBuilder()
                                      .setName("projects/shop/runs/zzz")
                                      .build()))
                  .reason())
          .contains("RUN_NOT_FOUND");
    }
  }
}
