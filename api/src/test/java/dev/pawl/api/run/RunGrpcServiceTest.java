package dev.pawl.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.value.Timestamps;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.view.RunQuery;
import dev.pawl.engine.view.RunRow;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ForcePauseRunRequest;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListTaskRunsResponse;
import dev.pawl.v1.PassRunRequest;
import dev.pawl.v1.PassTaskRunRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RedoRunRequest;
import dev.pawl.v1.RedoTaskRunRequest;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.RetryTaskRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunObject;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.StopTaskRunRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WaitRunResponse;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunGrpcServiceTest {
  private static final String NAME = "projects/shop/runs/" + Samples.RUN;

  private final Gateway gateway = new Gateway();
  private final RunServiceGrpc.RunServiceBlockingStub runs =
      RunServiceGrpc.newBlockingStub(gateway.channel);
  private final ExecutionServiceGrpc.ExecutionServiceBlockingStub executions =
      ExecutionServiceGrpc.newBlockingStub(gateway.channel);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static StartRunRequest.Builder start() {
    return StartRunRequest.newBuilder()
        .setDefinition("projects/shop/workflows/daily")
        .setRequestId("018f3c5e-7a10-7abc-8def-0123456789ab")
        .setParameters(Struct.newBuilder().putFields("day", Samples.text("monday")))
        .putLabels("object", "o1");
  }

  private void existing(RunStatus status) {
    gateway.runs.heads.put(Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header("00"), status));
    gateway.runs.steps.put(
        Samples.RUN,
        List.of(
            Samples.step(0, "load", StepStatus.SUCCEEDED, 1),
            Samples.step(1, "check", StepStatus.RUNNING, 1),
            Samples.step(2, "mail", StepStatus.WAIT_DISPATCH, 0),
            Samples.step(3, "report", StepStatus.WAIT_UPSTREAM, 0)));
  }

  @Test
  @Covers("TSF-45")
  void a_start_pins_the_newest_version_and_hands_on_what_was_asked() {
    String hash = Samples.submitDaily(gateway);
    Run run = runs.startRun(start().build()).getRun();
    assertThat(run.getId()).hasSize(26);
    assertThat(run.getName()).isEqualTo("projects/shop/runs/" + run.getId());
    assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_RUNNING);
    assertThat(run.getDefinitionHash()).isEqualTo(hash);
    assertThat(run.getParameters().getFieldsMap()).containsEntry("day", Samples.text("monday"));
    assertThat(run.getRevision().getEntity()).isEqualTo("run|" + run.getId());
    RunHeader header = header(run);
    assertThat(header.taskCount()).isEqualTo(2);
    assertThat(header.initiator()).isEqualTo("anonymous");
    assertThat(header.labels()).containsEntry("object", "o1");
  }

  private RunHeader header(Run run) {
    return Objects.requireNonNull(gateway.runs.heads.get(new RunId(run.getId()))).header();
  }

  @Test
  void a_repeated_start_finds_the_run_of_the_first() {
    Samples.submitDaily(gateway);
    assertThat(runs.startRun(start().build())).isEqualTo(runs.startRun(start().build()));
    assertThat(gateway.runs.heads).hasSize(1);
  }

  @Test
  void large_parameters_go_to_the_content_store_and_come_back_whole() {
    Samples.submitDaily(gateway);
    int before = gateway.contents.stored.size();
    Struct.Builder parameters = Struct.newBuilder();
    parameters.putFields("big", Samples.text("x".repeat(200_000)));
    for (int i = 0; i < 20; i++) {
      parameters.putFields("p" + i, Samples.text("y".repeat(10_000)));
    }
    Run run = runs.startRun(start().setParameters(parameters).build()).getRun();
    assertThat(run.getParameters()).isEqualTo(parameters.build());
    RunHeader header = header(run);
    int inline =
        header.parameters().values().stream()
            .mapToInt(
                payload ->
                    payload instanceof Payload.Inline(var value) ? value.getSerializedSize() : 0)
            .sum();
    assertThat(inline).isBetween(100_000, 128 * 1024);
    assertThat(header.parameters().get("big")).isInstanceOf(Payload.Stored.class);
    assertThat(gateway.contents.stored.size()).isGreaterThan(before);
  }

  @Test
  void a_dry_run_starts_and_stores_nothing() {
    Samples.submitDaily(gateway);
    int before = gateway.contents.stored.size();
    Struct parameters =
        Struct.newBuilder().putFields("big", Samples.text("x".repeat(200_000))).build();
    Run run = runs.startRun(start().setParameters(parameters).setDryRun(true).build()).getRun();
    assertThat(run.getParameters()).isEqualTo(parameters);
    assertThat(gateway.runs.heads).isEmpty();
    assertThat(gateway.contents.stored).hasSize(before);
  }

  @Test
  void values_that_json_cannot_carry_are_refused_with_all_mistakes() {
    Samples.submitDaily(gateway);
    Value deep = Samples.text("x");
    for (int i = 0; i < 30; i++) {
      deep = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(deep)).build();
    }
    Struct wrong =
        Struct.newBuilder()
            .putFields("nan", Value.newBuilder().setNumberValue(Double.NaN).build())
            .putFields("none", Value.getDefaultInstance())
            .putFields("deep", deep)
            .putFields("huge", Samples.text("x".repeat(1024 * 1024)))
            .build();
    PawlError refusal = Gateway.refusal(() -> runs.startRun(start().setParameters(wrong).build()));
    assertThat(refusal.reason()).contains("INVALID_PARAMETERS");
    assertThat(refusal.fields())
        .extracting(PawlError.FieldViolation::path)
        .containsExactly("parameters.deep", "parameters.huge", "parameters.nan", "parameters.none");
  }

  @Test
  void labels_are_at_most_64_with_those_of_the_definition() {
    Samples.submitDaily(gateway);
    StartRunRequest.Builder request = start();
    for (int i = 0; i < 63; i++) {
      request.putLabels("l" + i, "v");
    }
    assertThat(Gateway.refusal(() -> runs.startRun(request.build())).message())
        .contains("labels")
        .contains("65");
    assertThat(Gateway.refusal(() -> runs.startRun(start().putLabels("A B", "v").build())).reason())
        .contains("INVALID_FIELD");
  }

  @Test
  void a_start_of_what_does_not_exist_is_refused() {
    assertThat(Gateway.refusal(() -> runs.startRun(start().build())).reason())
        .contains("WORKFLOW_NOT_FOUND");
    assertThat(
            Gateway.refusal(
                    () -> runs.startRun(start().setDefinition("projects/shop/tasks/none").build()))
                .reason())
        .contains("TASK_NOT_FOUND");
    Samples.submitDaily(gateway);
    assertThat(Gateway.refusal(() -> runs.startRun(start().setVersion(9).build())).reason())
        .contains("VERSION_NOT_FOUND");
    assertThat(
            Gateway.refusal(() -> runs.startRun(start().setDefinition("daily").build())).reason())
        .contains("INVALID_FIELD");
  }

  @Test
  @Covers({"OCP-36", "SYS-2"})
  void each_refusal_of_a_run_has_its_status_and_its_details() {
    existing(RunStatus.SUCCEEDED);
    assertThat(refusedWith(new RunRejection.NotFound())).isEqualTo("NOT_FOUND RUN_NOT_FOUND");
    assertThat(refusedWith(new RunRejection.RequestIdReused()))
        .isEqualTo("ALREADY_EXISTS REQUEST_ID_REUSED");
    assertThat(refusedWith(new RunRejection.VersionMismatch(3, 4)))
        .isEqualTo("ABORTED VERSION_MISMATCH");
    assertThat(
            refusedWith(
                new RunRejection.InvalidParameters(
                    List.of(new RunRejection.Mistake("day", "is missing")))))
        .isEqualTo("INVALID_ARGUMENT INVALID_PARAMETERS");

    gateway.runs.refusal =
        Optional.of(
            new RunRejection.StateConflict(
                RunVerb.PAUSE, RunStatus.SUCCEEDED, List.of(RunVerb.REDO), "the run is SUCCEEDED"));
    PawlError conflict = Gateway.refusal(() -> runs.pauseRun(pause()));
    assertThat(conflict.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(conflict.reason()).contains("RUN_STATE_CONFLICT");
    assertThat(conflict.precondition())
        .contains(new PawlError.Precondition(NAME, "SUCCEEDED", List.of("REDO")));
  }

  @Test
  @Covers({"OCP-36", "OBS-18"})
  void a_step_that_refuses_says_why_and_what_it_would_accept() {
    existing(RunStatus.FAILED);
    gateway.runs.refusal =
        Optional.of(
            new RunRejection.StepConflict(
                "load",
                RunVerb.PASS,
                StepStatus.FAILED,
                "forbidden by its definition",
                List.of(RunVerb.RETRY)));

    PawlError conflict =
        Gateway.refusal(
            () ->
                runs.passTaskRun(
                    PassTaskRunRequest.newBuilder().setName(NAME + "/taskRuns/load").build()));

    assertThat(conflict.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(conflict.reason()).contains("STEP_STATE_CONFLICT");
    assertThat(conflict.precondition())
        .contains(new PawlError.Precondition(NAME + "/taskRuns/load", "FAILED", List.of("RETRY")));
    assertThat(refusedWith(new RunRejection.StepNotFound(StepRef.of("x"))))
        .isEqualTo("NOT_FOUND STEP_NOT_FOUND");
  }

  @Test
  void what_cannot_be_taken_back_needs_a_confirmation_and_a_dry_run_does_not() {
    existing(RunStatus.FAILED);
    PassRunRequest pass = PassRunRequest.newBuilder().setName(NAME).build();

    PawlError refusal = Gateway.refusal(() -> runs.passRun(pass));

    assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.reason()).contains("CONFIRM_REQUIRED");
    assertThat(gateway.runs.commands).isEmpty();
    runs.passRun(pass.toBuilder().setDryRun(true).build());
    runs.redoRun(RedoRunRequest.newBuilder().setName(NAME).setConfirm(true).build());
    assertThat(gateway.runs.commands)
        .extracting(FakeRuns.Commanded::verb)
        .containsExactly(RunVerb.PASS, RunVerb.REDO);
  }

  @Test
  void commands_on_a_step_name_it() {
    existing(RunStatus.FAILED);
    runs.retryTaskRun(RetryTaskRunRequest.newBuilder().setName(NAME + "/taskRuns/load").build());
    runs.retryRun(RetryRunRequest.newBuilder().setName(NAME).build());
    runs.forcePauseRun(ForcePauseRunRequest.newBuilder().setName(NAME).build());
    assertThat(gateway.runs.commands)
        .extracting(FakeRuns.Commanded::verb, FakeRuns.Commanded::step)
        .containsExactly(
            tuple(RunVerb.RETRY, Optional.of(StepRef.of("load"))),
            tuple(RunVerb.RETRY, Optional.empty()),
            tuple(RunVerb.FORCED_PAUSE, Optional.empty()));
  }

  @Test
  void a_step_and_its_execution_are_stopped_and_redone_with_a_confirmation() {
    existing(RunStatus.RUNNING);
    StopTaskRunRequest unconfirmed =
        StopTaskRunRequest.newBuilder().setName(NAME + "/taskRuns/load").build();
    assertThat(Gateway.refusal(() -> runs.stopTaskRun(unconfirmed)).reason())
        .contains("CONFIRM_REQUIRED");

    runs.stopTaskRun(unconfirmed.toBuilder().setConfirm(true).build());
    runs.redoTaskRun(
        RedoTaskRunRequest.newBuilder().setName(NAME + "/taskRuns/load").setConfirm(true).build());

    assertThat(gateway.runs.commands)
        .extracting(FakeRuns.Commanded::verb, FakeRuns.Commanded::step)
        .containsExactly(
            tuple(RunVerb.STOP, Optional.of(StepRef.of("load"))),
            tuple(RunVerb.REDO, Optional.of(StepRef.of("load"))));
  }

  @Test
  void a_pause_may_end_by_itself() {
    existing(RunStatus.RUNNING);
    runs.pauseRun(
        pause().toBuilder().setUntil(Timestamp.newBuilder().setSeconds(4_000_000_000L)).build());
    runs.pauseRun(pause());

    assertThat(gateway.runs.commands)
        .extracting(FakeRuns.Commanded::until)
        .containsExactly(Optional.of(Instant.ofEpochSecond(4_000_000_000L)), Optional.empty());
    PawlError absurd =
        Gateway.refusal(
            () ->
                runs.pauseRun(
                    pause().toBuilder().setUntil(Timestamp.newBuilder().setSeconds(-1)).build()));
    assertThat(absurd.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    gateway.runs.refusal =
        Optional.of(new RunRejection.UntilPassed(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)));
    assertThat(Gateway.refusal(() -> runs.pauseRun(pause())).message()).contains("later than now");
  }

  private String refusedWith(RunRejection rejection) {
    gateway.runs.refusal = Optional.of(rejection);
    PawlError refusal = Gateway.refusal(() -> runs.pauseRun(pause()));
    return refusal.code() + " " + refusal.reason().orElse("");
  }

  private static PauseRunRequest pause() {
    return PauseRunRequest.newBuilder().setName(NAME).setRequestId("r-1").build();
  }

  @Test
  void an_unknown_outcome_says_to_send_the_same_again() {
    existing(RunStatus.RUNNING);
    gateway.runs.failure = Optional.of(new Unavailable("late", new IllegalStateException()));
    PawlError refusal = Gateway.refusal(() -> runs.pauseRun(pause()));
    assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refusal.message()).contains("same request");
  }

  @Test
  @Covers("SYS-2")
  void commands_reach_the_run_with_their_cause() {
    existing(RunStatus.RUNNING);
    runs.pauseRun(pause());
    runs.continueRun(
        ContinueRunRequest.newBuilder()
            .setName(NAME)
            .setRequestId("r-2")
            .setReason("fixed")
            .build());
    runs.stopRun(
        StopRunRequest.newBuilder()
            .setConfirm(true)
            .setName(NAME)
            .setRequestId("r-3")
            .setExpectedVersion(7)
            .setDryRun(true)
            .build());
    assertThat(gateway.runs.commands)
        .extracting(FakeRuns.Commanded::verb)
        .containsExactly(RunVerb.PAUSE, RunVerb.CONTINUE, RunVerb.STOP);
    assertThat(gateway.runs.commands.get(1).cause().reason()).isEqualTo("fixed");
    assertThat(gateway.runs.commands.get(2).expected()).isEqualTo(OptionalLong.of(7));
    assertThat(gateway.runs.commands.get(2).dryRun()).isTrue();
  }

  @Test
  void one_request_id_with_another_verb_is_another_body() {
    existing(RunStatus.RUNNING);
    runs.pauseRun(pause());
    runs.stopRun(
        StopRunRequest.newBuilder().setConfirm(true).setName(NAME).setRequestId("r-1").build());
    assertThat(gateway.runs.commands.get(0).cause().bodyHash())
        .isNotEqualTo(gateway.runs.commands.get(1).cause().bodyHash());
  }

  @Test
  void a_malformed_request_id_or_reason_is_refused() {
    existing(RunStatus.RUNNING);
    assertThat(
            Gateway.refusal(() -> runs.pauseRun(pause().toBuilder().setRequestId("a b").build()))
                .fields())
        .extracting(PawlError.FieldViolation::path)
        .containsExactly("requestId");
    assertThat(
            Gateway.refusal(
                    () -> runs.pauseRun(pause().toBuilder().setRequestId("x".repeat(65)).build()))
                .reason())
        .contains("INVALID_FIELD");
    assertThat(
            Gateway.refusal(
                    () -> runs.pauseRun(pause().toBuilder().setReason("x".repeat(1_025)).build()))
                .fields())
        .extracting(PawlError.FieldViolation::path)
        .containsExactly("reason");
  }

  @Test
  void a_run_is_found_by_the_beginning_or_end_of_its_id() {
    existing(RunStatus.RUNNING);
    gateway.views.runs.add(Samples.row(Samples.RUN, RunStatus.RUNNING));
    gateway.views.runs.add(Samples.row(Samples.OTHER_RUN, RunStatus.RUNNING));
    assertThat(get("projects/shop/runs/v9w0xy").getId()).isEqualTo(Samples.RUN.value());
    assertThat(get("projects/shop/runs/01jd8z4v7h3").getId()).isEqualTo(Samples.RUN.value());
    PawlError ambiguous = Gateway.refusal(() -> get("projects/shop/runs/01jd8"));
    assertThat(ambiguous.reason()).contains("AMBIGUOUS_ID");
    assertThat(ambiguous.metadata().get("matches"))
        .contains(Samples.RUN.value(), Samples.OTHER_RUN.value());
    assertThat(Gateway.refusal(() -> get("projects/shop/runs/zzzz")).reason())
        .contains("RUN_NOT_FOUND");
    assertThat(Gateway.refusal(() -> get("projects/shop/runs/nosuchrun")).reason())
        .contains("RUN_NOT_FOUND");
  }

  @Test
  void a_run_of_another_project_is_not_found() {
    existing(RunStatus.RUNNING);
    assertThat(Gateway.refusal(() -> get("projects/bank/runs/" + Samples.RUN)).reason())
        .contains("RUN_NOT_FOUND");
  }

  private Run get(String name) {
    return runs.getRun(GetRunRequest.newBuilder().setName(name).build()).getRun();
  }

  @Test
  void waiting_is_at_most_60_seconds() {
    existing(RunStatus.SUCCEEDED);
    runs.waitRun(WaitRunRequest.newBuilder().setName(NAME).build());
    runs.waitRun(
        WaitRunRequest.newBuilder()
            .setName(NAME)
            .setTimeout(Duration.newBuilder().setSeconds(3_600))
            .build());
    runs.waitRun(
        WaitRunRequest.newBuilder()
            .setName(NAME)
            .setTimeout(Duration.newBuilder().setSeconds(5))
            .build());
    assertThat(gateway.runs.waits)
        .containsExactly(
            java.time.Duration.ofSeconds(60),
            java.time.Duration.ofSeconds(60),
            java.time.Duration.ofSeconds(5));
    assertThat(
            Gateway.refusal(
                    () ->
                        runs.waitRun(
                            WaitRunRequest.newBuilder()
                                .setName(NAME)
                                .setTimeout(Duration.newBuilder().setSeconds(-1))
                                .build()))
                .reason())
        .contains("INVALID_FIELD");
  }

  @Test
  void nobody_waits_into_its_deadline() {
    existing(RunStatus.RUNNING);
    RunServiceGrpc.RunServiceBlockingStub waiting = RunServiceGrpc.newBlockingStub(gateway.channel);
    WaitRunRequest request = WaitRunRequest.newBuilder().setName(NAME).build();
    var unused = waiting.withDeadlineAfter(30, TimeUnit.SECONDS).waitRun(request);
    assertThat(gateway.runs.waits.getFirst())
        .isBetween(java.time.Duration.ofSeconds(20), java.time.Duration.ofSeconds(29));
    unused = waiting.withDeadlineAfter(75, TimeUnit.SECONDS).waitRun(request);
    assertThat(gateway.runs.waits.getLast()).isEqualTo(java.time.Duration.ofSeconds(60));
    unused = waiting.withDeadlineAfter(900, TimeUnit.MILLISECONDS).waitRun(request);
    assertThat(gateway.runs.waits.getLast()).isZero();
  }

  @Test
  void a_server_that_leaves_does_not_wait_for_whoever_waits() {
    existing(RunStatus.RUNNING);
    gateway.runs.awaited = new CompletableFuture<>();
    ListenableFuture<WaitRunResponse> waiting =
        RunServiceGrpc.newFutureStub(gateway.channel)
            .waitRun(WaitRunRequest.newBuilder().setName(NAME).build());
    Awaitility.await().until(() -> gateway.streams.size() == 1);
    gateway.streams.leave();
    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .satisfies(failure -> assertThat(PawlErrors.of(failure).reason()).contains("NOT_SERVING"));
    assertThat(gateway.streams.size()).isZero();
  }

  @Test
  @Covers("OCP-31")
  void a_list_of_runs_pages_through_and_keeps_its_filter() {
    gateway.views.runs.add(Samples.row(Samples.RUN, RunStatus.RUNNING));
    gateway.views.runs.add(Samples.row(Samples.OTHER_RUN, RunStatus.FAILED));
    ListRunsRequest request =
        ListRunsRequest.newBuilder()
            .setParent("projects/shop")
            .setFilter("workflow = daily")
            .setPageSize(1)
            .build();
    ListRunsResponse one = runs.listRuns(request);
    ListRunsResponse two =
        runs.listRuns(request.toBuilder().setPageToken(one.getNextPageToken()).build());
    assertThat(one.getRuns(0).getId()).isEqualTo(Samples.RUN.value());
    assertThat(two.getRuns(0).getId()).isEqualTo(Samples.OTHER_RUN.value());
    assertThat(two.getRuns(0).getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(one.getTotalSize()).isEqualTo(2);
    assertThat(two.getNextPageToken()).isEmpty();
    assertThat(
            Gateway.refusal(
                    () ->
                        runs.listRuns(
                            request.toBuilder()
                                .setFilter("workflow = other")
                                .setPageToken(one.getNextPageToken())
                                .build()))
                .reason())
        .contains("CURSOR_FILTER_MISMATCH");
    assertThat(
            Gateway.refusal(() -> runs.listRuns(request.toBuilder().setPageToken("zzz").build()))
                .reason())
        .contains("INVALID_CURSOR");
  }

  @Test
  @Covers({"OCP-30", "OCP-31"})
  void a_list_of_runs_is_filtered_ordered_and_paged_by_number() {
    for (int i = 0; i < 5; i++) {
      gateway.views.runs.add(Samples.row(new RunId("run" + i), RunStatus.RUNNING));
    }
    ListRunsRequest request =
        ListRunsRequest.newBuilder()
            .setParent("projects/shop")
            .setFilter("state = (RUNNING OR FAILED)")
            .setOrderBy("end_time desc, name")
            .setPageSize(2)
            .build();
    ListRunsResponse third = runs.listRuns(request.toBuilder().setPage(3).build());
    assertThat(third.getRunsList()).extracting(Run::getId).containsExactly("run4");
    assertThat(third.getTotalSize()).isEqualTo(5);
    assertThat(third.getTotalPages()).isEqualTo(3);
    assertThat(third.getNextPageToken()).isEmpty();
    assertThat(gateway.views.queries.getLast())
        .isEqualTo(
            new RunQuery(
                RunFilters.parse(request.getFilter()),
                RunFilters.order(request.getOrderBy()),
                new RunQuery.Start.Numbered(3),
                2));

    ListRunsResponse first = runs.listRuns(request);
    assertThat(first.getTotalPages()).isEqualTo(3);
    assertThat(refusal(request.toBuilder().setPage(2).setPageToken(first.getNextPageToken())))
        .contains("page: stands beside pageToken");
    assertThat(refusal(request.toBuilder().setPage(-1))).contains("page: is -1");
    assertThat(refusal(request.toBuilder().setPageSize(2_001)))
        .contains("pageSize: is 2,001; must be 0 (for 50) to 2,000");
    assertThat(refusal(request.toBuilder().setOrderBy("colour"))).contains("orderBy: ");
    assertThat(refusal(request.toBuilder().setFilter("state = FINE"))).contains("column 9");
    assertThat(
            refusal(request.toBuilder().setOrderBy("name").setPageToken(first.getNextPageToken())))
        .contains("pageToken was made for another request");
  }

  private String refusal(ListRunsRequest.Builder request) {
    return Gateway.refusal(() -> runs.listRuns(request.build())).message();
  }

  @Test
  @Covers({"OCP-32", "OCP-33"})
  void a_run_shows_what_it_is_about_when_it_began_and_how_far_it_is() {
    RunRow row = Samples.row(Samples.RUN, RunStatus.RUNNING);
    gateway.views.runs.add(
        new RunRow(
            row.id(),
            row.definition(),
            row.definitionVersion(),
            row.definitionHash(),
            row.profile(),
            row.status(),
            row.reason(),
            row.initiator(),
            row.labels(),
            List.of(new dev.pawl.engine.run.RunObject("cluster", "obdemo", "12")),
            row.createdAt(),
            Optional.of(Samples.NOW.plusSeconds(5)),
            Optional.of(Samples.NOW.plusSeconds(65)),
            new StepCounts(4, 1, 0, 2, 1, 0, 0, 0, 0),
            row.sequence()));
    Run run =
        runs.listRuns(ListRunsRequest.newBuilder().setParent("projects/shop").build()).getRuns(0);
    assertThat(run.getObjectsList())
        .containsExactly(
            RunObject.newBuilder().setKind("cluster").setName("obdemo").setId("12").build());
    assertThat(run.getStartTime()).isEqualTo(Timestamps.of(Samples.NOW.plusSeconds(5)));
    assertThat(run.getElapsed()).isEqualTo(Duration.newBuilder().setSeconds(60).build());
    assertThat(run.getSteps().getFinished()).isEqualTo(3);
    assertThat(run.getInitiator()).isEqualTo("ada");
    assertThat(run.getEndTime()).isEqualTo(Timestamps.of(Samples.NOW.plusSeconds(65)));
  }

  @Test
  void a_run_that_has_not_begun_has_no_start_and_one_that_has_not_ended_goes_on() {
    existing(RunStatus.RUNNING);
    Run run = runs.getRun(GetRunRequest.newBuilder().setName(NAME).build()).getRun();
    assertThat(run.hasStartTime()).isFalse();
    assertThat(run.hasElapsed()).isFalse();
    gateway.runs.heads.computeIfPresent(
        Samples.RUN,
        (_, head) ->
            new RunHead(
                head.id(),
                head.header(),
                head.profile(),
                head.status(),
                head.reason(),
                head.outputs(),
                Optional.of(Samples.NOW),
                Optional.empty(),
                head.steps(),
                head.verbs(),
                head.failure(),
                head.lastCommand(),
                head.pause(),
                head.round(),
                head.locks(),
                head.foreseen(),
                head.sequence(),
                head.changed()));
    Run started = runs.getRun(GetRunRequest.newBuilder().setName(NAME).build()).getRun();
    assertThat(started.getStartTime()).isEqualTo(Timestamps.of(Samples.NOW));
    assertThat(started.hasElapsed()).isTrue();
  }

  @Test
  @Covers("OCP-30")
  void steps_are_found_by_every_field_and_ordered() {
    existing(RunStatus.RUNNING);
    assertThat(steps("", "")).containsExactly("load", "check", "mail", "report");
    assertThat(steps("", "name desc")).containsExactly("report", "mail", "load", "check");
    assertThat(steps("name : A AND NOT name = mail", "")).containsExactly("load");
    assertThat(steps("state = RUNNING", "")).containsExactly("check");
    assertThat(steps("state != (RUNNING OR WAIT_EVENT)", "name"))
        .doesNotContain("check")
        .hasSize(3)
        .isSorted();
    assertThat(steps("group = default AND attempt <= 100 AND operation != PASS", "")).hasSize(4);
    assertThat(steps("worker : nobody OR reason = EXIT_CODE OR needs = nothing", "")).isEmpty();
    assertThat(steps("start_time > 2026-01-01", "start_time, state desc, attempt")).isEmpty();

    ListTaskRunsRequest request =
        ListTaskRunsRequest.newBuilder()
            .setParent(NAME)
            .setFilter("group = default")
            .setOrderBy("name desc")
            .setPageSize(3)
            .build();
    ListTaskRunsResponse one = runs.listTaskRuns(request);
    ListTaskRunsResponse two =
        runs.listTaskRuns(request.toBuilder().setPageToken(one.getNextPageToken()).build());
    assertThat(one.getTaskRunsList())
        .extracting(TaskRun::getTask)
        .containsExactly("report", "mail", "load");
    assertThat(two.getTaskRunsList()).extracting(TaskRun::getTask).containsExactly("check");
    assertThat(one.getTotalSize()).isEqualTo(4);
    assertThat(two.getTotalSize()).isEqualTo(4);
    assertThat(two.getNextPageToken()).isEmpty();
    assertThat(Gateway.refusal(() -> steps("wroker = w1", "")).message())
        .contains("column 1")
        .contains("did you mean worker?");
    assertThat(Gateway.refusal(() -> steps("", "colour")).message()).contains("orderBy: ");
    assertThat(Gateway.refusal(() -> steps("attempt = many", "")).message())
        .contains("column 11: expected a whole number");
  }

  private List<String> steps(String filter, String order) {
    return runs
        .listTaskRuns(
            ListTaskRunsRequest.newBuilder()
                .setParent(NAME)
                .setFilter(filter)
                .setOrderBy(order)
                .build())
        .getTaskRunsList()
        .stream()
        .map(TaskRun::getTask)
        .toList();
  }

  @Test
  void a_run_is_started_about_objects() {
    Samples.submitDaily(gateway);
    StartRunRequest request =
        start()
            .addObjects(RunObject.newBuilder().setKind("cluster").setName("obdemo"))
            .addObjects(RunObject.newBuilder().setKind("tenant").setName("Büro 7").setId("1001"))
            .build();
    assertThat(runs.startRun(request).getRun().getObjectsList())
        .isEqualTo(request.getObjectsList());

    assertThat(startRefusal(request, RunObject.newBuilder().setKind("Cluster").setName("x")))
        .contains("objects[2].kind");
    assertThat(startRefusal(request, RunObject.newBuilder().setKind("host")))
        .contains("objects[2].name: is empty");
    assertThat(startRefusal(request, RunObject.newBuilder().setKind("host").setName("\n")))
        .contains("objects[2].name: holds a control character");
    assertThat(
            startRefusal(request, RunObject.newBuilder().setKind("host").setName("x".repeat(257))))
        .contains("objects[2].name: has 257 characters");
    assertThat(startRefusal(request, request.getObjects(0).toBuilder()))
        .contains("objects[2]: stands there twice");
    StartRunRequest.Builder many = request.toBuilder();
    for (int i = 0; i < 63; i++) {
      many.addObjects(RunObject.newBuilder().setKind("host").setName("h" + i));
    }
    assertThat(Gateway.refusal(() -> runs.startRun(many.build())).message())
        .contains("objects: has 65; at most 64");
  }

  private String startRefusal(StartRunRequest request, RunObject.Builder object) {
    return Gateway.refusal(() -> runs.startRun(request.toBuilder().addObjects(object).build()))
        .message();
  }

  @Test
  void steps_are_paged_in_the_order_of_the_definition() {
    existing(RunStatus.RUNNING);
    ListTaskRunsRequest request =
        ListTaskRunsRequest.newBuilder().setParent(NAME).setPageSize(3).build();
    ListTaskRunsResponse one = runs.listTaskRuns(request);
    ListTaskRunsResponse two =
        runs.listTaskRuns(request.toBuilder().setPageToken(one.getNextPageToken()).build());
    assertThat(one.getTaskRunsList())
        .extracting(TaskRun::getTask)
        .containsExactly("load", "check", "mail");
    assertThat(two.getTaskRunsList()).extracting(TaskRun::getTask).containsExactly("report");
    assertThat(two.getNextPageToken()).isEmpty();
    assertThat(one.getTotalSize()).isEqualTo(4);
    assertThat(
            Gateway.refusal(
                    () ->
                        runs.listTaskRuns(
                            request.toBuilder()
                                .addStates(TaskRunState.TASK_RUN_STATE_FAILED)
                                .setPageToken(one.getNextPageToken())
                                .build()))
                .reason())
        .contains("CURSOR_FILTER_MISMATCH");
  }

  @Test
  void steps_are_filtered_by_state() {
    existing(RunStatus.RUNNING);
    assertThat(
            runs.listTaskRuns(
                    ListTaskRunsRequest.newBuilder()
                        .setParent(NAME)
                        .addStates(TaskRunState.TASK_RUN_STATE_RUNNING)
                        .addStates(TaskRunState.TASK_RUN_STATE_WAIT_EVENT)
                        .build())
                .getTaskRunsList())
        .extracting(TaskRun::getTask)
        .containsExactly("check");
    assertThat(
            runs.listTaskRuns(
                    ListTaskRunsRequest.newBuilder()
                        .setParent(NAME)
                        .addStates(TaskRunState.TASK_RUN_STATE_WAIT_EVENT)
                        .build())
                .getTaskRunsList())
        .isEmpty();
  }

  @Test
  void an_unknown_step_is_not_found() {
    existing(RunStatus.RUNNING);
    assertThat(
            Gateway.refusal(
                    () ->
                        runs.getTaskRun(
                            GetTaskRunRequest.newBuilder()
                                .setName(NAME + "/taskRuns/none")
                                .build()))
                .reason())
        .contains("STEP_NOT_FOUND");
  }

  @Test
  @Covers("TSF-17")
  void an_execution_shows_its_attempts() {
    existing(RunStatus.RUNNING);
    ExecutionId id = new ExecutionId(Samples.RUN, "load", 0);
    gateway.executions.views.put(
        id,
        new ExecutionView(
            id,
            ExecutionStatus.SUCCEEDED,
            "",
            "",
            List.of(
                new AttemptView(
                    0,
                    1,
                    ExecutionEvent.Operation.EXECUTE,
                    1,
                    "w1",
                    Samples.NOW,
                    Optional.of(Samples.NOW),
                    ExecutionStatus.SUCCEEDED,
                    "",
                    "")),
            Optional.empty(),
            Map.of("rows", new Payload.Inline(Samples.text("7"))),
            2));
    Execution shown =
        executions
            .getExecution(
                GetExecutionRequest.newBuilder()
                    .setName(NAME + "/taskRuns/load/executions/0")
                    .build())
            .getExecution();
    assertThat(shown.getState()).isEqualTo(ExecutionState.EXECUTION_STATE_SUCCEEDED);
    assertThat(shown.getAttempts(0).getWorker()).isEqualTo("w1");
    assertThat(shown.getOutputs().getFieldsMap()).containsEntry("rows", Samples.text("7"));
    assertThat(
            executions
                .listExecutions(
                    ListExecutionsRequest.newBuilder().setParent(NAME + "/taskRuns/load").build())
                .getExecutionsList())
        .containsExactly(shown);
  }

  @Test
  @Covers("OBS-15")
  void a_run_shows_its_steps_these_their_executions_and_how_far_all_of_it_is() {
    existing(RunStatus.RUNNING);
    gateway.runs.heads.computeIfPresent(
        Samples.RUN,
        (_, head) ->
            new RunHead(
                head.id(),
                head.header(),
                head.profile(),
                head.status(),
                head.reason(),
                head.outputs(),
                Optional.of(Samples.NOW),
                Optional.empty(),
                new StepCounts(4, 2, 1, 1, 0, 0, 0, 0, 0),
                head.verbs(),
                head.failure(),
                head.lastCommand(),
                head.pause(),
                head.round(),
                head.locks(),
                head.foreseen(),
                head.sequence(),
                head.changed()));
    Run run = runs.getRun(GetRunRequest.newBuilder().setName(NAME).build()).getRun();
    assertThat(run.getSteps().getFinished()).isEqualTo(1);
    assertThat(run.getSteps().getTotal()).isEqualTo(4);
    List<TaskRun> steps =
        runs.listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(run.getName()).build())
            .getTaskRunsList();
    assertThat(steps).hasSize(run.getSteps().getTotal());
    assertThat(steps)
        .filteredOn(TaskRun::hasEndTime)
        .hasSize(run.getSteps().getFinished())
        .extracting(TaskRun::getTask)
        .containsExactly("load");
    assertThat(
            executions
                .listExecutions(
                    ListExecutionsRequest.newBuilder().setParent(NAME + "/taskRuns/mail").build())
                .getExecutionsList())
        .singleElement()
        .satisfies(
            execution ->
                assertThat(execution.getState()).isEqualTo(ExecutionState.EXECUTION_STATE_READY));
  }

  @Test
  @Covers("TSF-22")
  void an_execution_that_waits_for_its_first_slot_is_ready() {
    existing(RunStatus.RUNNING);
    assertThat(
            executions
                .getExecution(
                    GetExecutionRequest.newBuilder()
                        .setName(NAME + "/taskRuns/mail/executions/0")
                        .build())
                .getExecution()
                .getState())
        .isEqualTo(ExecutionState.EXECUTION_STATE_READY);
  }

  @Test
  void an_execution_that_was_not_released_is_not_found() {
    existing(RunStatus.RUNNING);
    assertThat(
            Gateway.refusal(
                    () ->
                        executions.getExecution(
                            GetExecutionRequest.newBuilder()
                                .setName(NAME + "/taskRuns/report/executions/0")
                                .build()))
                .reason())
        .contains("EXECUTION_NOT_FOUND");
    assertThat(
            Gateway.refusal(
                    () ->
                        executions.getExecution(
                            GetExecutionRequest.newBuilder()
                                .setName(NAME + "/taskRuns/load/executions/1")
                                .build()))
                .reason())
        .contains("EXECUTION_NOT_FOUND");
    assertThat(
            executions
                .listExecutions(
                    ListExecutionsRequest.newBuilder().setParent(NAME + "/taskRuns/report").build())
                .getExecutionsList())
        .isEmpty();
  }
}
