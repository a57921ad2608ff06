package dev.pawl.api.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.api.fake.FakeWorkers;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.api.value.Timestamps;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerReport.Result;
import dev.pawl.engine.worker.WorkerRow;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Drain;
import dev.pawl.v1.Failed;
import dev.pawl.v1.Heartbeat;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.Operation;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.Report;
import dev.pawl.v1.Started;
import dev.pawl.v1.Succeeded;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerGrpcServiceTest {
  private static final String LOAD =
      "projects/shop/runs/" + Samples.RUN + "/taskRuns/load/executions/0";
  private static final ExecutionId EXECUTION = new ExecutionId(Samples.RUN, "load", 0);

  private final Gateway gateway = new Gateway();
  private final WorkerServiceGrpc.WorkerServiceStub workers =
      WorkerServiceGrpc.newStub(gateway.channel);
  private final Watching<ConnectRequest, ConnectResponse> heard = Watching.all();

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Hello.Builder hello() {
    return Hello.newBuilder()
        .setWorkerId("w1")
        .setIncarnation("018f3c5e-7a10-7abc-8def-0123456789ab")
        .setSlots(2);
  }

  private StreamObserver<ConnectRequest> connect() {
    return connect(hello());
  }

  private StreamObserver<ConnectRequest> connect(Hello.Builder hello) {
    StreamObserver<ConnectRequest> says = workers.connect(heard);
    says.onNext(ConnectRequest.newBuilder().setHello(hello).build());
    return says;
  }

  private FakeWorkers.Session session() {
    Awaitility.await().until(() -> !gateway.workers.sessions.isEmpty());
    return gateway.workers.sessions.getFirst();
  }

  private static WorkerLease lease(String hash, long fence, Map<String, Payload> inputs) {
    return new WorkerLease(
        EXECUTION,
        fence,
        "token-" + fence,
        0,
        (int) fence,
        ExecutionEvent.Operation.EXECUTE,
        new WorkSpec("shop", hash, 0, inputs, "tp"),
        Map.of(),
        Samples.NOW,
        Optional.of(Duration.ofSeconds(90)));
  }

  private static ConnectRequest report(Report.Builder report) {
    return ConnectRequest.newBuilder()
        .setReport(report.setExecution(LOAD).setFence(1).setToken("token-1"))
        .build();
  }

  private static PawlError error(Watching<?, ?> reader) {
    return PawlErrors.of(reader.awaitFailure());
  }

  @Test
  void a_hello_is_welcomed() {
    connect(
        hello()
            .addHeld(HeldLease.newBuilder().setExecution(LOAD).setFence(4))
            .putLabels("zone", "z1"));
    ConnectResponse welcome = heard.await(1).getFirst();
    assertThat(welcome.getWelcome().getSession()).isEqualTo("session-1");
    assertThat(welcome.getWelcome().getLeaseTimeToLive().getSeconds()).isEqualTo(60);
    assertThat(welcome.getWelcome().getServerVersion()).isEqualTo("1.2.3");
    assertThat(session().hello.group()).isEqualTo("default");
    assertThat(session().hello.held().getFirst().execution()).isEqualTo(EXECUTION);
    assertThat(session().hello.held().getFirst().fence()).isEqualTo(4);
  }

  @Test
  void whatever_else_comes_first_is_refused() {
    StreamObserver<ConnectRequest> says = workers.connect(heard);
    says.onNext(ConnectRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
    assertThat(error(heard).reason()).contains("INVALID_FIELD");
    assertThat(gateway.workers.sessions).isEmpty();
  }

  @Test
  void a_malformed_hello_is_refused_at_its_field() {
    for (Hello.Builder wrong :
        List.of(
            hello().setWorkerId("W 1"),
            hello().setIncarnation(""),
            hello().setSlots(0),
            hello().setSlots(10_001),
            hello().setGroup("no/group"),
            hello().addHeld(HeldLease.newBuilder().setExecution("x")))) {
      Watching<ConnectRequest, ConnectResponse> reader = Watching.all();
      workers.connect(reader).onNext(ConnectRequest.newBuilder().setHello(wrong).build());
      assertThat(error(reader).fields()).hasSize(1);
    }
    assertThat(gateway.workers.sessions).isEmpty();
  }

  @Test
  void a_second_process_with_the_same_id_is_refused() {
    gateway.workers.refusal = Optional.of("worker w1 is connected already");
    connect();
    assertThat(error(heard).reason()).contains("WORKER_ID_IN_USE");
    Awaitility.await().until(() -> session().disconnects.get() == 1);
  }

  @Test
  void a_lease_carries_its_spec_once_per_session() {
    String hash = Samples.submitDaily(gateway);
    connect();
    heard.await(1);
    session().sink.lease(lease(hash, 1, Map.of("x", new Payload.Inline(Samples.text("y")))));
    session().sink.lease(lease(hash, 2, Map.of()));
    List<Lease> leases =
        heard.await(3).subList(1, 3).stream().map(ConnectResponse::getLease).toList();
    Lease first = leases.getFirst();
    assertThat(first.getExecution()).isEqualTo(LOAD);
    assertThat(first.getToken()).isEqualTo("token-1");
    assertThat(first.getSpecId()).isEqualTo(hash + "/0");
    assertThat(first.getSpec().getTask()).isEqualTo("load");
    assertThat(first.getSpec().getAction().hasNoop()).isTrue();
    assertThat(first.getSpec().getOutputs(0).getName()).isEqualTo("rows");
    assertThat(first.getInputs().getFieldsMap()).containsEntry("x", Samples.text("y"));
    assertThat(first.getTimeToLive().getSeconds()).isEqualTo(60);
    assertThat(first.getTimeout().getSeconds()).isEqualTo(90);
    assertThat(first.getTraceparent()).isEqualTo("tp");
    assertThat(leases.get(1).hasSpec()).isFalse();
    assertThat(leases.get(1).getSpecId()).isEqualTo(first.getSpecId());
  }

  @Test
  @Covers("OCP-27")
  void an_undo_is_told_the_rollback_and_what_the_work_gave() {
    String hash = Samples.submitDaily(gateway);
    connect();
    heard.await(1);
    WorkerLease forward = lease(hash, 1, Map.of());
    session()
        .sink
        .lease(
            new WorkerLease(
                forward.execution(),
                2,
                "token-2",
                0,
                1,
                ExecutionEvent.Operation.ROLLBACK,
                forward.spec(),
                Map.of("rows", new Payload.Inline(Samples.text("7"))),
                Samples.NOW,
                Optional.empty()));
    Lease undo = heard.await(2).get(1).getLease();
    assertThat(undo.getOperation()).isEqualTo(Operation.OPERATION_ROLLBACK);
    assertThat(undo.getSpecId()).isEqualTo(hash + "/0/rollback");
    assertThat(undo.getSpec().getOutputsCount()).isZero();
    assertThat(undo.getOutputs().getFieldsMap()).containsEntry("rows", Samples.text("7"));
  }

  @Test
  void what_is_said_after_a_lease_does_not_overtake_it() throws Exception {
    String hash = Samples.submitDaily(gateway);
    ByteString bytes =
        Value.newBuilder().setStringValue("big".repeat(10_000)).build().toByteString();
    String stored = gateway.contents.put(bytes).toCompletableFuture().get();
    connect();
    heard.await(1);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    gateway.contents.gate = gate;
    session()
        .sink
        .lease(
            lease(
                hash,
                1,
                Map.of("big", new Payload.Stored(stored, bytes.size(), ValueType.STRING))));
    session().sink.stop(EXECUTION, 1, Duration.ofSeconds(3), false, false);
    assertThat(heard.received()).hasSize(1);
    gate.complete(null);
    List<ConnectResponse> messages = heard.await(3);
    assertThat(messages.get(1).getLease().getInputs().getFieldsOrThrow("big").getStringValue())
        .hasSize(30_000);
    assertThat(messages.get(2).getStop().getExecution()).isEqualTo(LOAD);
    assertThat(messages.get(2).getStop().getGrace().getSeconds()).isEqualTo(3);
  }

  @Test
  void a_lease_whose_content_is_gone_fails_its_attempt() {
    connect();
    heard.await(1);
    session().sink.lease(lease("ab".repeat(32), 1, Map.of()));
    Awaitility.await().until(() -> !session().reports.isEmpty());
    assertThat(session().reports.getFirst().result())
        .isInstanceOfSatisfying(
            Result.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("START_FAILED");
              assertThat(failed.permanent()).isTrue();
            });
  }

  @Test
  void inputs_that_no_lease_can_carry_fail_their_task_and_the_session_goes_on() throws Exception {
    String hash = Samples.submitDaily(gateway);
    ByteString bytes = Samples.text("x".repeat(1_000_000)).toByteString();
    String stored = gateway.contents.put(bytes).toCompletableFuture().get();
    Map<String, Payload> inputs = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      inputs.put("in" + i, new Payload.Stored(stored, bytes.size(), ValueType.STRING));
    }
    connect();
    heard.await(1);
    session().sink.lease(lease(hash, 1, inputs));
    Awaitility.await().until(() -> !session().reports.isEmpty());
    assertThat(session().reports.getFirst().result())
        .isInstanceOfSatisfying(
            Result.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("INPUTS_TOO_LARGE");
              assertThat(failed.message()).contains("at most 4,194,304");
              assertThat(failed.permanent()).isTrue();
            });
    session().sink.lease(lease(hash, 2, Map.of()));
    assertThat(heard.await(2).get(1).getLease().getFence()).isEqualTo(2);
  }

  @Test
  void a_lease_whose_content_cannot_be_read_now_ends_the_stream() {
    connect();
    heard.await(1);
    gateway.contents.gate =
        CompletableFuture.failedFuture(new Unavailable("down", new IllegalStateException()));
    session().sink.lease(lease("ab".repeat(32), 1, Map.of()));
    assertThat(error(heard).reason()).contains("UNAVAILABLE");
    assertThat(session().disconnects).hasValue(1);
  }

  @Test
  void reports_arrive_in_order_and_heartbeats_do_not_wait_for_them() {
    StreamObserver<ConnectRequest> says = connect();
    heard.await(1);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    gateway.contents.gate = gate;
    says.onNext(
        report(
            Report.newBuilder()
                .setSucceeded(
                    Succeeded.newBuilder()
                        .setOutputs(
                            Struct.newBuilder()
                                .putFields("big", Samples.text("x".repeat(50_000)))))));
    says.onNext(
        report(Report.newBuilder().setFailed(Failed.newBuilder().setReason("not a reason"))));
    says.onNext(ConnectRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
    says.onNext(ConnectRequest.newBuilder().setDrain(Drain.getDefaultInstance()).build());
    Awaitility.await().until(() -> session().heartbeats.get() == 1 && session().drains.get() == 1);
    assertThat(session().reports).isEmpty();
    gate.complete(null);
    Awaitility.await().until(() -> session().reports.size() == 2);
    WorkerReport first = session().reports.getFirst();
    assertThat(first.execution()).isEqualTo(EXECUTION);
    assertThat(first.token()).isEqualTo("token-1");
    assertThat(first.result())
        .isInstanceOfSatisfying(
            Result.Succeeded.class,
            succeeded ->
                assertThat(succeeded.outputs().get("big")).isInstanceOf(Payload.Stored.class));
    assertThat(session().reports.get(1).result()).isEqualTo(new Result.Failed("FAILED", "", false));
  }

  @Test
  void outputs_above_the_limit_fail_the_work_instead_of_repeating_for_ever() {
    StreamObserver<ConnectRequest> says = connect();
    Struct.Builder outputs = Struct.newBuilder();
    for (int i = 0; i < 3; i++) {
      outputs.putFields("o" + i, Samples.text("x".repeat(400_000)));
    }
    says.onNext(
        report(Report.newBuilder().setSucceeded(Succeeded.newBuilder().setOutputs(outputs))));
    Awaitility.await().until(() -> !session().reports.isEmpty());
    assertThat(session().reports.getFirst().result())
        .isInstanceOfSatisfying(
            Result.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo("RESULT_TOO_LARGE"));
  }

  @Test
  void what_an_attempt_publishes_is_handed_on_with_any_end() {
    StreamObserver<ConnectRequest> says = connect();
    Struct data = Struct.newBuilder().putFields("note", Samples.text("half")).build();
    says.onNext(
        report(
            Report.newBuilder()
                .setSucceeded(Succeeded.getDefaultInstance())
                .setAdditionalData(data)));
    says.onNext(
        report(
            Report.newBuilder()
                .setFailed(Failed.newBuilder().setReason("EXIT_CODE"))
                .setAdditionalData(data)));
    Awaitility.await().until(() -> session().reports.size() == 2);
    assertThat(session().reports)
        .extracting(WorkerReport::data)
        .containsOnly(AdditionalData.of(data));
  }

  @Test
  void an_attempt_that_publishes_too_much_fails_and_one_that_failed_keeps_its_failure() {
    StreamObserver<ConnectRequest> says = connect();
    Struct much = Struct.newBuilder().putFields("a", Samples.text("x".repeat(5_000))).build();
    Struct bad =
        Struct.newBuilder()
            .putFields("a", Value.newBuilder().setNumberValue(Double.NaN).build())
            .build();
    for (Struct data : List.of(much, bad)) {
      says.onNext(
          report(
              Report.newBuilder()
                  .setSucceeded(Succeeded.getDefaultInstance())
                  .setAdditionalData(data)));
    }
    says.onNext(
        report(
            Report.newBuilder()
                .setFailed(Failed.newBuilder().setReason("EXIT_CODE"))
                .setAdditionalData(much)));
    Awaitility.await().until(() -> session().reports.size() == 3);
    assertThat(session().reports).extracting(WorkerReport::data).containsOnly(AdditionalData.NONE);
    assertThat(session().reports)
        .extracting(report -> ((Result.Failed) report.result()).reason())
        .containsExactly("RESULT_TOO_LARGE", "OUTPUT_INVALID", "EXIT_CODE");
  }

  @Test
  void acknowledgements_name_the_execution_in_full() {
    StreamObserver<ConnectRequest> says = connect();
    says.onNext(report(Report.newBuilder().setStarted(Started.getDefaultInstance())));
    says.onNext(report(Report.newBuilder().setSucceeded(Succeeded.getDefaultInstance())));
    Awaitility.await().until(() -> session().reports.size() == 2);
    session().sink.acknowledge(EXECUTION, 1, false);
    session().sink.acknowledge(EXECUTION, 1, true);
    List<ConnectResponse> messages = heard.await(3);
    assertThat(messages.get(1).getReportAck().getExecution()).isEqualTo(LOAD);
    assertThat(messages.get(1).getReportAck().getAccepted()).isTrue();
    assertThat(messages.get(2).getReportAck().getExecution()).isEqualTo(LOAD);
    assertThat(messages.get(2).getReportAck().getStale()).isTrue();
  }

  @Test
  void a_report_without_an_outcome_is_refused() {
    StreamObserver<ConnectRequest> says = connect();
    heard.await(1);
    says.onNext(report(Report.newBuilder()));
    assertThat(error(heard).reason()).contains("INVALID_FIELD");
    assertThat(session().disconnects).hasValue(1);
  }

  @Test
  void a_worker_that_goes_is_let_go_of_once() {
    StreamObserver<ConnectRequest> says = connect();
    heard.await(1);
    says.onCompleted();
    heard.awaitCompletion();
    Awaitility.await().until(() -> session().disconnects.get() == 1);
    heard.cancel();
    assertThat(session().disconnects).hasValue(1);
  }

  @Test
  void a_worker_whose_connection_breaks_is_let_go_of() {
    connect();
    heard.await(1);
    heard.cancel();
    Awaitility.await().until(() -> session().disconnects.get() == 1);
  }

  @Test
  void a_server_that_leaves_sends_its_workers_elsewhere() {
    connect();
    heard.await(1);
    gateway.streams.leave();
    PawlError end = PawlErrors.of(heard.awaitFailure());
    assertThat(end.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.reason()).contains("NOT_SERVING");
    assertThat(heard.received().getLast().hasReconnect()).isTrue();
    assertThat(session().disconnects).hasValue(1);
  }

  private static PushLogsRequest.Builder chunk(int number) {
    return PushLogsRequest.newBuilder()
        .setExecution(LOAD)
        .setFence(1)
        .setToken("token-1")
        .setStartTime(Timestamps.of(Samples.NOW))
        .setFirstSequence(number)
        .setLineCount(1)
        .setLines(ByteString.copyFromUtf8("packed"))
        .setAttempt(1)
        .setOperation(Operation.OPERATION_EXECUTE)
        .setWorkerId("w1");
  }

  @Test
  void chunks_are_acknowledged_once_they_are_stored_and_few_wait_at_once() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    gateway.logs.gate = gate;
    StreamObserver<PushLogsRequest> push = workers.pushLogs(acks);
    for (int i = 1; i <= 100; i++) {
      push.onNext(chunk(i).build());
    }
    Awaitility.await().until(() -> gateway.logs.appended.size() == 64);
    assertThat(acks.received()).isEmpty();
    gate.complete(null);
    List<PushLogsResponse> all = acks.await(100);
    assertThat(all).extracting(PushLogsResponse::getStoredSequence).contains(1L, 100L);
    assertThat(gateway.logs.appended).hasSize(100);
    assertThat(gateway.logs.appended.getFirst().worker()).isEqualTo("w1");
    push.onCompleted();
    acks.awaitCompletion();
  }

  @Test
  void a_server_that_leaves_has_chunks_sent_elsewhere() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    gateway.logs.gate = new CompletableFuture<>();
    workers.pushLogs(acks).onNext(chunk(1).build());
    Awaitility.await().until(() -> gateway.logs.appended.size() == 1);
    gateway.streams.leave();
    PawlError end = PawlErrors.of(acks.awaitFailure());
    assertThat(end.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.reason()).contains("NOT_SERVING");
    assertThat(acks.received()).isEmpty();
    assertThat(gateway.streams.size()).isZero();
  }

  @Test
  void a_chunk_under_a_token_that_nobody_gave_is_not_stored() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    workers.pushLogs(acks).onNext(chunk(1).setToken("forged").build());
    assertThat(acks.await(1).getFirst().getClosed()).isTrue();
    assertThat(gateway.logs.appended).isEmpty();
  }

  @Test
  void a_malformed_chunk_is_refused_at_its_field() {
    List<PushLogsRequest.Builder> wrong = new ArrayList<>();
    wrong.add(chunk(0));
    wrong.add(chunk(1).setLineCount(0));
    wrong.add(chunk(1).setLines(ByteString.copyFrom(new byte[64 * 1024 + 1])));
    wrong.add(chunk(1).clearStartTime());
    wrong.add(chunk(1).setFence(0));
    wrong.add(chunk(1).clearOperation());
    wrong.add(chunk(1).setExecution("projects/shop/runs/abc/taskRuns/load/executions/0"));
    for (PushLogsRequest.Builder request : wrong) {
      Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
      workers.pushLogs(acks).onNext(request.build());
      assertThat(error(acks).reason()).contains("INVALID_FIELD");
    }
    assertThat(gateway.logs.appended).isEmpty();
  }

  @Test
  void a_chunk_that_cannot_be_stored_ends_the_stream() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    gateway.logs.gate =
        CompletableFuture.failedFuture(new Unavailable("down", new IllegalStateException()));
    workers.pushLogs(acks).onNext(chunk(1).build());
    assertThat(error(acks).reason()).contains("UNAVAILABLE");
  }

  @Test
  void a_chunk_that_can_never_be_stored_is_called_malformed() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    gateway.logs.gate =
        CompletableFuture.failedFuture(new IllegalArgumentException("started in 1999"));
    workers.pushLogs(acks).onNext(chunk(1).build());
    assertThat(error(acks).reason()).contains("INVALID_FIELD");
  }

  @Test
  void connected_workers_are_listed_by_group() {
    gateway.workers.rows.add(
        new WorkerRow("w1", "i", "hosts", 4, 1, Map.of(), Samples.NOW, Samples.NOW, true, "0.1"));
    var listed =
        WorkerServiceGrpc.newBlockingStub(gateway.channel)
            .listWorkers(ListWorkersRequest.newBuilder().setGroup("hosts").build());
    assertThat(listed.getWorkers(0).getBusy()).isEqualTo(1);
    assertThat(listed.getWorkers(0).getDraining()).isTrue();
    assertThat(gateway.workers.groupsAsked).containsExactly(Set.of("hosts"));
  }

  @Test
  void without_a_group_those_of_all_nodes_are_listed() {
    WorkerServiceGrpc.newBlockingStub(gateway.channel)
        .listWorkers(ListWorkersRequest.getDefaultInstance());

    assertThat(gateway.workers.groupsAsked).containsExactly(Set.of("hosts", "default", "nobody"));
  }
}
