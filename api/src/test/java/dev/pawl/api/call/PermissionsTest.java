package dev.pawl.api.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.api.access.ObjectAccess;
import dev.pawl.api.access.Rpcs;
import dev.pawl.api.access.UndeclaredPermission;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.TokenFile;
import dev.pawl.api.fake.Watching;
import dev.pawl.client.PawlError;
import dev.pawl.covers.Covers;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.audit.AuditOutcome;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.PassRunRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RetryTaskRunRequest;
import dev.pawl.v1.Role;
import dev.pawl.v1.RoleGrant;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.ServerServiceGrpc;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.WhoAmIRequest;
import dev.pawl.v1.WhoAmIResponse;
import dev.pawl.v1.WorkerServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call what, over a gateway that wants tokens. */
class PermissionsTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN.value();

  @TempDir private static Path directory;

  private Gateway gateway;

  @BeforeEach
  void open() throws Exception {
    gateway = new Gateway(TokenFile.of(directory, TokenFile.everyRole()));
    gateway.runs.heads.put(
        Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header("00"), RunStatus.RUNNING));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private RunServiceBlockingStub runs(String principal) {
    return RunServiceGrpc.newBlockingStub(gateway.channel)
        .withCallCredentials(TokenFile.as(principal));
  }

  private static PauseRunRequest pause() {
    return PauseRunRequest.newBuilder().setName(RUN).setRequestId("r-1").setReason("rain").build();
  }

  @ParameterizedTest
  @CsvSource({"root, true", "mia, true", "sam, true", "vic, false", "w1, false"})
  void a_command_needs_a_role_that_may_run(String principal, boolean may) {
    if (may) {
      assertThat(runs(principal).pauseRun(pause()).getRun().getName()).isEqualTo(RUN);
      assertThat(gateway.runs.commands)
          .singleElement()
          .satisfies(
              command -> {
                assertThat(command.cause().principal()).isEqualTo(principal);
                assertThat(command.cause().call().rpc()).isEqualTo("PauseRun");
                assertThat(command.cause().call().rights().allow(Permission.RUN)).isTrue();
              });
      return;
    }
    PawlError refusal = Gateway.refusal(() -> runs(principal).pauseRun(pause()));
    assertThat(refusal.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal.reason()).contains("PERMISSION_DENIED");
    assertThat(refusal.metadata())
        .containsEntry("permission", "RUN")
        .containsEntry("project", "shop")
        .containsEntry("roles", principal.equals("vic") ? "TASK_VIEWER" : "WORKER");
    assertThat(refusal.message()).contains(principal, "ADMIN or TASK_MANAGER");
    assertThat(gateway.runs.commands).isEmpty();
    assertThat(gateway.audit.rows)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.principal()).isEqualTo(principal);
              assertThat(row.command()).isEqualTo("PauseRun");
              assertThat(row.entity()).isEqualTo(RUN);
              assertThat(row.project()).isEqualTo("shop");
              assertThat(row.requestId()).isEqualTo("r-1");
              assertThat(row.reason()).isEqualTo("rain");
              assertThat(row.outcome()).isEqualTo(AuditOutcome.REFUSED);
              assertThat(row.refusal()).isEqualTo("PERMISSION_DENIED");
            });
  }

  @Test
  void a_viewer_reads_and_streams_and_only_an_admin_submits() {
    assertThat(runs("vic").getRun(GetRunRequest.newBuilder().setName(RUN).build()).getRun().getId())
        .isEqualTo(Samples.RUN.value());
    assertThat(
            AdminServiceGrpc.newBlockingStub(gateway.channel)
                .withCallCredentials(TokenFile.as("vic"))
                .getCluster(GetClusterRequest.getDefaultInstance())
                .getNodesCount())
        .isEqualTo(2);
    Watching<WatchRequest, WatchResponse> watcher = Watching.all();
    WatchServiceGrpc.newStub(gateway.channel)
        .withCallCredentials(TokenFile.as("vic"))
        .watch(WatchRequest.newBuilder().setParent("projects/shop").build(), watcher);
    watcher.await(WatchResponse::hasBookmark);
    watcher.cancel();

    SubmitWorkflowRequest submit =
        SubmitWorkflowRequest.newBuilder()
            .setParent("projects/shop")
            .setWorkflow(Samples.daily())
            .build();
    var workflows = WorkflowServiceGrpc.newBlockingStub(gateway.channel);
    for (String principal : List.of("vic", "mia", "sam", "w1")) {
      assertThat(
              Gateway.refusal(
                      () ->
                          workflows
                              .withCallCredentials(TokenFile.as(principal))
                              .submitWorkflow(submit))
                  .metadata())
          .containsEntry("permission", "EDIT");
    }
    assertThat(gateway.audit.rows)
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.entity()).isEqualTo("projects/shop/workflows/daily"));
    workflows.withCallCredentials(TokenFile.as("root")).submitWorkflow(submit);
    assertThat(gateway.definitions.causes).hasSize(1);
    // Once more: accepted, and nothing new.
    workflows.withCallCredentials(TokenFile.as("root")).submitWorkflow(submit);
    assertThat(gateway.audit.rows.getLast().outcome()).isEqualTo(AuditOutcome.UNCHANGED);
  }

  @Test
  void a_grant_holds_in_its_projects_only() {
    assertThat(runs("sam").pauseRun(pause()).hasRun()).isTrue();
    PawlError elsewhere =
        Gateway.refusal(
            () ->
                runs("sam")
                    .pauseRun(
                        PauseRunRequest.newBuilder().setName(RUN.replace("shop", "bank")).build()));
    assertThat(elsewhere.reason()).contains("PERMISSION_DENIED");
    assertThat(elsewhere.metadata())
        .containsEntry("project", "bank")
        .containsEntry("roles", "TASK_VIEWER");
    assertThat(
            Gateway.refusal(
                    () ->
                        runs("sam")
                            .getRun(
                                GetRunRequest.newBuilder()
                                    .setName(RUN.replace("shop", "mall"))
                                    .build()))
                .metadata())
        .containsEntry("permission", "VIEW")
        .containsEntry("roles", "none");
    assertThat(
            Gateway.refusal(
                    () ->
                        AuditServiceGrpc.newBlockingStub(gateway.channel)
                            .withCallCredentials(TokenFile.as("sam"))
                            .listAuditRecords(
                                ListAuditRecordsRequest.newBuilder()
                                    .setParent("projects/bank")
                                    .build()))
                .metadata())
        .containsEntry("permission", "MANAGE");
  }

  @Test
  void what_a_reason_says_counts_for_nothing() {
    for (String reason :
        List.of(
            "projects/bank is waiting for this",
            "projects/mall/runs/01jd8x0000000000000000000000 is waiting for this")) {
      assertThat(runs("sam").pauseRun(pause().toBuilder().setReason(reason).build()).hasRun())
          .isTrue();
    }
    assertThat(gateway.audit.rows)
        .allSatisfy(row -> assertThat(row.outcome()).isEqualTo(AuditOutcome.UNCHANGED));

    // It permits nothing either: the run is another project's.
    assertThat(
            Gateway.refusal(
                    () ->
                        runs("sam")
                            .pauseRun(
                                pause().toBuilder()
                                    .setName(RUN.replace("shop", "bank"))
                                    .setReason("projects/shop")
                                    .build()))
                .metadata())
        .containsEntry("project", "bank");
  }

  @Test
  void what_a_reason_says_is_not_asked_what_it_is_about() {
    gateway.runs.heads.put(
        Samples.RUN,
        FakeRuns.head(
            Samples.RUN,
            Samples.about(new RunObject("cluster", "obdemo", "7")),
            RunStatus.RUNNING));
    for (String reason : List.of("projects/shop/runs/x y", RUN.replace("01jd", "zzzz"))) {
      assertThat(runs("cam").pauseRun(pause().toBuilder().setReason(reason).build()).hasRun())
          .isTrue();
    }
  }

  @Test
  void only_a_worker_works() {
    Watching<ConnectRequest, ConnectResponse> answers = Watching.all();
    WorkerServiceGrpc.newStub(gateway.channel)
        .withCallCredentials(TokenFile.as("root"))
        .connect(answers);
    assertThat(Status.fromThrowable(answers.awaitFailure()).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void without_a_known_token_nothing_is_answered() {
    GetRunRequest get = GetRunRequest.newBuilder().setName(RUN).build();
    RunServiceBlockingStub nobody = RunServiceGrpc.newBlockingStub(gateway.channel);
    assertThat(Gateway.refusal(() -> nobody.getRun(get)).reason()).contains("UNAUTHENTICATED");
    assertThat(Gateway.refusal(() -> runs("eve").getRun(get)).reason()).contains("UNAUTHENTICATED");
    Metadata basic = new Metadata();
    basic.put(CallerInterceptor.AUTHORIZATION, "Basic YWRhOmFkYQ==");
    PawlError malformed =
        Gateway.refusal(
            () ->
                nobody
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(basic))
                    .getRun(get));
    assertThat(malformed.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(malformed.message()).doesNotContain("YWRh");
    assertThat(gateway.audit.rows).isEmpty();
  }

  @Test
  void a_claimed_name_counts_for_nothing_beside_a_token() {
    Metadata claimed = new Metadata();
    claimed.put(CallerInterceptor.PRINCIPAL, "root");
    WhoAmIResponse known =
        ServerServiceGrpc.newBlockingStub(gateway.channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(claimed))
            .withCallCredentials(TokenFile.as("sam"))
            .whoAmI(WhoAmIRequest.getDefaultInstance());
    assertThat(known.getPrincipal()).isEqualTo("sam");
    assertThat(known.getAuthenticated()).isTrue();
    assertThat(known.getGrantsList())
        .containsExactly(
            RoleGrant.newBuilder().setRole(Role.ROLE_TASK_MANAGER).addProjects("shop").build(),
            RoleGrant.newBuilder().setRole(Role.ROLE_TASK_VIEWER).addProjects("bank").build());
  }

  @Test
  void without_tokens_everybody_is_taken_at_their_word_and_may_do_everything() {
    try (Gateway open = new Gateway()) {
      WhoAmIResponse known =
          ServerServiceGrpc.newBlockingStub(open.channel)
              .whoAmI(WhoAmIRequest.getDefaultInstance());
      assertThat(known.getPrincipal()).isEqualTo("anonymous");
      assertThat(known.getAuthenticated()).isFalse();
      assertThat(known.getGrantsList())
          .extracting(RoleGrant::getRole)
          .containsExactly(Role.ROLE_ADMIN, Role.ROLE_WORKER);
    }
  }

  @Test
  void what_a_service_refuses_is_audited_with_the_state_that_refused_it() {
    gateway.runs.refusal =
        Optional.of(
            new RunRejection.StateConflict(
                RunVerb.PAUSE, RunStatus.SUCCEEDED, List.of(), "the run is SUCCEEDED"));
    Gateway.refusal(() -> runs("mia").pauseRun(pause()));
    AuditRow conflict = gateway.audit.rows.getLast();
    assertThat(conflict.refusal()).isEqualTo("RUN_STATE_CONFLICT");
    assertThat(conflict.before()).isEqualTo("SUCCEEDED");
    assertThat(conflict.after()).isEmpty();
    assertThat(conflict.message()).contains("the run is SUCCEEDED");

    gateway.runs.refusal = Optional.of(new RunRejection.NotPermitted(Permission.RUN));
    assertThat(Gateway.refusal(() -> runs("mia").pauseRun(pause())).metadata())
        .containsEntry("permission", "RUN");
    gateway.runs.refusal = Optional.empty();

    Gateway.refusal(() -> runs("mia").passRun(PassRunRequest.newBuilder().setName(RUN).build()));
    assertThat(gateway.audit.rows.getLast().refusal()).isEqualTo("CONFIRM_REQUIRED");
    Gateway.refusal(
        () ->
            runs("mia")
                .retryTaskRun(
                    RetryTaskRunRequest.newBuilder()
                        .setName(RUN.replace("01jd", "zzzz") + "/taskRuns/load")
                        .build()));
    AuditRow step = gateway.audit.rows.getLast();
    assertThat(step.step()).isEqualTo("load");
    assertThat(step.refusal()).isEqualTo("RUN_NOT_FOUND");

    gateway.runs.failure = Optional.of(new IllegalStateException("a bug"));
    Gateway.refusal(() -> runs("mia").pauseRun(pause()));
    assertThat(gateway.audit.rows.getLast().outcome()).isEqualTo(AuditOutcome.UNKNOWN);
    gateway.runs.failure = Optional.empty();

    int before = gateway.audit.rows.size();
    Gateway.refusal(() -> runs("vic").pauseRun(pause().toBuilder().setDryRun(true).build()));
    runs("mia").getRun(GetRunRequest.newBuilder().setName(RUN).build());
    assertThat(gateway.audit.rows).hasSize(before);
  }

  @Test
  void every_rpc_of_the_contract_says_who_may_call_it_and_one_that_does_not_is_not_served() {
    Rpcs rpcs =
        Rpcs.of(
            gateway.services(Duration.ofSeconds(1), Duration.ofSeconds(1)).stream()
                .map(BindableService::bindService)
                .toList());
    assertThat(rpcs.rpc("pawl.v1.RunService/StopRun").wanted()).contains(Permission.RUN);
    assertThat(rpcs.rpc("pawl.v1.RunService/StopRun").command()).isTrue();
    assertThat(rpcs.rpc("pawl.v1.RunService/ListRuns").wanted()).contains(Permission.VIEW);
    assertThat(rpcs.rpc("pawl.v1.RunService/ListRuns").command()).isFalse();
    assertThat(rpcs.rpc("pawl.v1.ServerService/WhoAmI").wanted()).isEmpty();

    // Health is not one of our services: it declares nothing.
    assertThatThrownBy(
            () ->
                Guards.USUAL.apply(
                    List.of(new HealthStatusManager().getHealthService()), Access.OPEN))
        .isInstanceOf(UndeclaredPermission.class)
        .hasMessageContaining("grpc.health.v1.Health.")
        .hasMessageContaining("declares no permission");
  }

  /** Whoever adds an rpc decides here, once more, what it is to them. */
  @Test
  @Covers("OCP-35")
  void of_every_rpc_it_is_decided_what_those_get_whose_grants_are_limited_to_objects() {
    Map<ObjectAccess, Set<String>> decided = new EnumMap<>(ObjectAccess.class);
    for (BindableService service : gateway.services(Duration.ofSeconds(1), Duration.ofSeconds(1))) {
      for (ServerMethodDefinition<?, ?> method : service.bindService().getMethods()) {
        String name = method.getMethodDescriptor().getFullMethodName();
        Rpcs.Rpc rpc = Rpcs.of(List.of(service.bindService())).rpc(name);
        decided.computeIfAbsent(rpc.objects(), _ -> new TreeSet<>()).add(rpc.name());
      }
    }
    assertThat(decided.get(ObjectAccess.LIMITED))
        .containsExactly(
            "CancelOperation",
            "CommandRuns",
            "GetOperation",
            "ListOperationItems",
            "ListOperations",
            "ListRuns",
            "StartRun",
            "WaitOperation",
            "Watch",
            "WatchOperation");
    assertThat(decided.get(ObjectAccess.OPEN)).containsExactly("GetTask", "GetWorkflow");
    assertThat(decided.get(ObjectAccess.RUN))
        .containsExactly(
            "ContinueRun",
            "DownloadLogs",
            "Explain",
            "ForcePauseRun",
            "GetExecution",
            "GetRun",
            "GetTaskRun",
            "ListExecutions",
            "ListLogSections",
            "ListTaskRuns",
            "LocateTaskRun",
            "PassRun",
            "PassTaskRun",
            "PauseRun",
            "ReadLog",
            "RedoExecution",
            "RedoRun",
            "RedoTaskRun",
            "RetryRun",
            "RetryTaskRun",
            "RollbackRun",
            "StopExecution",
            "StopRun",
            "StopTaskRun",
            "TailLogs",
            "WaitRun");
  }

  @Test
  @Covers("OCP-35")
  void a_run_is_asked_what_it_is_about_before_its_service_hears_of_the_call() {
    PawlError refusal = Gateway.refusal(() -> runs("cam").pauseRun(pause()));
    assertThat(refusal.reason()).contains("PERMISSION_DENIED");
    assertThat(refusal.metadata()).containsEntry("roles", "TASK_MANAGER on cluster/obdemo");
    assertThat(gateway.runs.commands).isEmpty();
    assertThat(gateway.audit.rows).hasSize(1);

    gateway.runs.heads.put(
        Samples.RUN,
        FakeRuns.head(
            Samples.RUN,
            Samples.about(new RunObject("cluster", "obdemo", "7")),
            RunStatus.RUNNING));
    assertThat(runs("cam").pauseRun(pause()).getRun().getName()).isEqualTo(RUN);
    assertThat(gateway.runs.commands)
        .singleElement()
        .satisfies(
            command -> {
              Rights rights = command.cause().call().rights();
              assertThat(rights.allow(Permission.RUN)).isFalse();
              assertThat(rights.allow(Permission.RUN, List.of(new ObjectName("cluster", "obdemo"))))
                  .isTrue();
            });
    assertThat(runs("cat").getRun(GetRunRequest.newBuilder().setName(RUN).build()).hasRun())
        .isTrue();
    assertThat(Gateway.refusal(() -> runs("cat").pauseRun(pause())).metadata())
        .containsEntry("permission", "RUN");
    assertThat(
            Gateway.refusal(
                    () ->
                        runs("cam")
                            .getRun(
                                GetRunRequest.newBuilder()
                                    .setName(RUN.replace("01jd", "zzzz"))
                                    .build()))
                .reason())
        .contains("RUN_NOT_FOUND");
  }

  @Test
  void outside_of_a_call_nobody_may_do_anything() {
    assertThat(Caller.current().rights(pause())).isEqualTo(Rights.NONE);
  }
}
