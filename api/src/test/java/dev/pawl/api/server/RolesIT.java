package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.Struct;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.TokenFile;
import dev.pawl.api.fake.Watching;
import dev.pawl.client.BearerToken;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlError;
import dev.pawl.client.ServerAddress;
import dev.pawl.covers.Covers;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.AuditOutcome;
import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandRunsRequest;
import dev.pawl.v1.DeletedObject;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetOperationRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListDeletedObjectsRequest;
import dev.pawl.v1.ListLocksRequest;
import dev.pawl.v1.ListOperationItemsRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListWorkflowsRequest;
import dev.pawl.v1.LockServiceGrpc;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.MarkObjectDeletedRequest;
import dev.pawl.v1.ObjectName;
import dev.pawl.v1.ObjectServiceGrpc;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.OperationState;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RedoRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunObject;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.UnmarkObjectDeletedRequest;
import dev.pawl.v1.WaitOperationRequest;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A whole node that wants tokens, on a real PostgreSQL, spoken with over the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private ServerUnderTest server;

  @BeforeAll
  void start() throws Exception {
    Files.writeString(tokens(), TokenFile.everyRole());
    server = ServerUnderTest.start(tokens());
    HandWorker worker = new HandWorker(as("w1"), "w1", 8, _ -> Struct.getDefaultInstance());
    worker.awaitWelcome();
    WorkflowServiceGrpc.newBlockingStub(as("root"))
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(Samples.daily().toBuilder().clearParameters())
                .build());
  }

  private Path tokens() {
    return directory.resolve("tokens");
  }

  @AfterAll
  void stop() throws IOException {
    channels.values().forEach(ManagedChannel::shutdownNow);
    server.close();
  }

  private ManagedChannel as(String principal) {
    return channels.computeIfAbsent(
        principal,
        name ->
            PawlChannels.open(
                ServerAddress.parseAll("127.0.0.1:" + server.port()),
                name.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new BearerToken(() -> TokenFile.token(name)))));
  }

  private RunServiceBlockingStub runs(String principal) {
    return RunServiceGrpc.newBlockingStub(as(principal));
  }

  /** A run that has ended. */
  private Run ended(String requestId) {
    Run run =
        runs("mia")
            .startRun(
                StartRunRequest.newBuilder()
                    .setDefinition("projects/shop/workflows/daily")
                    .setRequestId(requestId)
                    .setReason("nightly")
                    .build())
            .getRun();
    return runs("mia").waitRun(WaitRunRequest.newBuilder().setName(run.getName()).build()).getRun();
  }

  private List<AuditRecord> audit(ListAuditRecordsRequest.Builder wanted) {
    return AuditServiceGrpc.newBlockingStub(as("root"))
        .listAuditRecords(wanted.setParent("projects/shop").build())
        .getRecordsList();
  }

  private static ListAuditRecordsRequest.Builder of(Run run) {
    return ListAuditRecordsRequest.newBuilder().setEntity(run.getName());
  }

  private List<AuditRecord> auditOf(Run run, int records) {
    Awaitility.await().atMost(PATIENCE).until(() -> audit(of(run)).size() >= records);
    return audit(of(run));
  }

  private long version(Run run) {
    return runs("vic")
        .getRun(GetRunRequest.newBuilder().setName(run.getName()).build())
        .getRun()
        .getRevision()
        .getSequence();
  }

  @Test
  @Covers("OCP-1")
  void the_same_command_succeeds_for_admin_and_manager_and_is_refused_to_all_others() {
    for (String principal : List.of("root", "mia", "sam")) {
      Run run = ended("redo-" + principal);
      assertThat(
              runs(principal)
                  .redoRun(
                      RedoRunRequest.newBuilder()
                          .setName(run.getName())
                          .setRequestId("redo")
                          .setConfirm(true)
                          .build())
                  .getRun()
                  .getRound())
          .isEqualTo(1);
    }
    for (String principal : List.of("vic", "w1")) {
      Run run = ended("redo-" + principal);
      long before = version(run);
      PawlError refusal =
          Gateway.refusal(
              () ->
                  runs(principal)
                      .redoRun(
                          RedoRunRequest.newBuilder()
                              .setName(run.getName())
                              .setRequestId("redo")
                              .setReason("just so")
                              .setConfirm(true)
                              .build()));
      assertThat(refusal.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(refusal.reason()).contains("PERMISSION_DENIED");
      assertThat(version(run)).isEqualTo(before);
      assertThat(auditOf(run, 2))
          .extracting(AuditRecord::getCommand)
          .containsExactly("RedoRun", "StartRun");
      AuditRecord refused = audit(of(run)).getFirst();
      assertThat(refused.getPrincipal()).isEqualTo(principal);
      assertThat(refused.getReason()).isEqualTo("just so");
      assertThat(refused.getRequestId()).isEqualTo("redo");
      assertThat(refused.getOutcome()).isEqualTo(AuditOutcome.AUDIT_OUTCOME_REFUSED);
      assertThat(refused.getRefusal()).isEqualTo("PERMISSION_DENIED");
    }
  }

  @Test
  @Covers("OCP-34")
  void a_viewer_lists_reads_and_streams_and_every_mutation_is_refused() {
    Run run = ended("viewed");
    assertThat(
            runs("vic")
                .listRuns(
                    ListRunsRequest.newBuilder()
                        .setParent("projects/shop")
                        .addAtLeast(run.getRevision())
                        .build())
                .getRunsList())
        .extracting(Run::getId)
        .contains(run.getId());
    assertThat(
            runs("vic")
                .listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(run.getName()).build())
                .getTaskRunsCount())
        .isEqualTo(2);
    Watching<WatchRequest, WatchResponse> watcher = Watching.all();
    WatchServiceGrpc.newStub(as("vic"))
        .watch(
            WatchRequest.newBuilder()
                .setParent("projects/shop")
                .setBeginning(Beginning.getDefaultInstance())
                .build(),
            watcher);
    watcher.await(message -> message.getEvent().getName().equals(run.getName()));
    watcher.cancel();
    LogServiceGrpc.newBlockingStub(as("vic"))
        .tailLogs(TailLogsRequest.newBuilder().setParent(run.getName()).build())
        .forEachRemaining(_ -> {});

    for (var mutation : Mutations.all()) {
      PawlError refusal = Gateway.refusal(() -> mutation.send(as("vic"), "projects/shop"));
      assertThat(refusal.reason()).as(mutation.toString()).contains("PERMISSION_DENIED");
      assertThat(Gateway.refusal(() -> mutation.send(as("root"), "projects/shop")).reason())
          .as(mutation.toString())
          .isNotEqualTo(Optional.of("PERMISSION_DENIED"));
    }
    assertThat(Mutations.all()).hasSizeGreaterThanOrEqualTo(13);
  }

  @Test
  @Covers({"SYS-10", "OCP-55"})
  void
      the_audit_tells_by_entity_by_caller_and_by_outcome_who_did_what_when_why_and_what_came_of_it() {
    Run run = ended("audited");
    runs("sam")
        .redoRun(
            RedoRunRequest.newBuilder()
                .setName("projects/shop/runs/" + run.getId().substring(14))
                .setRequestId("again")
                .setReason("the data came late")
                .setConfirm(true)
                .build());
    runs("mia").waitRun(WaitRunRequest.newBuilder().setName(run.getName()).build());
    Gateway.refusal(
        () ->
            runs("sam")
                .stopRun(
                    StopRunRequest.newBuilder()
                        .setConfirm(true)
                        .setName(run.getName())
                        .setRequestId("too-late")
                        .build()));

    List<AuditRecord> records = auditOf(run, 3);
    assertThat(records)
        .extracting(AuditRecord::getCommand)
        .containsExactly("StopRun", "RedoRun", "StartRun");
    assertThat(records).extracting(AuditRecord::getEntity).containsOnly(run.getName());
    assertThat(records)
        .extracting(
            record ->
                Instant.ofEpochSecond(record.getTime().getSeconds(), record.getTime().getNanos()))
        .isSortedAccordingTo(Comparator.reverseOrder());
    AuditRecord stop = records.get(0);
    assertThat(stop.getOutcome()).isEqualTo(AuditOutcome.AUDIT_OUTCOME_REFUSED);
    assertThat(stop.getRefusal()).isEqualTo("RUN_STATE_CONFLICT");
    assertThat(stop.getStateBefore()).isEqualTo("SUCCEEDED");
    AuditRecord redo = records.get(1);
    assertThat(redo.getPrincipal()).isEqualTo("sam");
    assertThat(redo.getReason()).isEqualTo("the data came late");
    assertThat(redo.getRequestId()).isEqualTo("again");
    assertThat(redo.getStateBefore()).isEqualTo("SUCCEEDED");
    assertThat(redo.getStateAfter()).isEqualTo("RUNNING");
    assertThat(redo.getOutcome()).isEqualTo(AuditOutcome.AUDIT_OUTCOME_ACCEPTED);
    AuditRecord start = records.get(2);
    assertThat(start.getPrincipal()).isEqualTo("mia");
    assertThat(start.getReason()).isEqualTo("nightly");

    assertThat(audit(of(run).setPrincipal("sam")))
        .extracting(AuditRecord::getCommand)
        .containsExactly("StopRun", "RedoRun");
    assertThat(
            audit(
                ListAuditRecordsRequest.newBuilder()
                    .setPrincipal("sam")
                    .setCommand("StopRun")
                    .setOutcome(AuditOutcome.AUDIT_OUTCOME_REFUSED)
                    .setStartTime(redo.getTime())))
        .contains(stop);
    assertThat(audit(of(run).setEndTime(start.getTime()))).isEmpty();
    assertThat(
            audit(
                ListAuditRecordsRequest.newBuilder()
                    .setEntity("projects/shop/workflows/daily")
                    .setPrincipal("root")))
        .extracting(AuditRecord::getCommand)
        .containsExactly("SubmitWorkflow");
    assertThat(
            Gateway.refusal(
                    () ->
                        AuditServiceGrpc.newBlockingStub(as("vic"))
                            .listAuditRecords(
                                ListAuditRecordsRequest.newBuilder()
                                    .setParent("projects/shop")
                                    .build()))
                .reason())
        .contains("PERMISSION_DENIED");
  }

  /** A run of mia's that waits for a worker of which there is none. */
  private Run waitingRun() {
    WorkflowServiceGrpc.newBlockingStub(as("root"))
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(waiting())
                .build());
    return runs("mia")
        .startRun(
            StartRunRequest.newBuilder().setDefinition("projects/shop/workflows/waiting").build())
        .getRun();
  }

  @Test
  void a_repeat_is_no_second_record_and_what_changed_nothing_says_so() {
    Run run = waitingRun();
    for (String requestId : List.of("p-1", "p-1", "p-2", "p-2")) {
      runs("mia")
          .pauseRun(
              PauseRunRequest.newBuilder().setName(run.getName()).setRequestId(requestId).build());
    }
    List<AuditRecord> records = auditOf(run, 3);
    assertThat(records)
        .extracting(AuditRecord::getOutcome)
        .containsExactly(
            AuditOutcome.AUDIT_OUTCOME_UNCHANGED,
            AuditOutcome.AUDIT_OUTCOME_ACCEPTED,
            AuditOutcome.AUDIT_OUTCOME_ACCEPTED);
    assertThat(records.getFirst().getRequestId()).isEqualTo("p-2");
    assertThat(records.getFirst().getStateBefore())
        .isEqualTo(records.getFirst().getStateAfter())
        .startsWith("PAUS");
  }

  @Test
  void two_commands_under_one_request_id_are_two_records_each_by_who_gave_it() {
    Run run = waitingRun();
    PauseRunRequest pause =
        PauseRunRequest.newBuilder().setName(run.getName()).setRequestId("p-1").build();
    runs("mia").pauseRun(pause);
    // Somebody else's repeat, and then what changes nothing, whose id the run does not remember.
    runs("root").pauseRun(pause);
    runs("mia").pauseRun(pause.toBuilder().setRequestId("x").setReason("rain").build());
    auditOf(run, 4);
    runs("root")
        .stopRun(
            StopRunRequest.newBuilder()
                .setName(run.getName())
                .setRequestId("x")
                .setReason("fire")
                .setConfirm(true)
                .build());

    assertThat(auditOf(run, 5))
        .extracting(
            AuditRecord::getPrincipal,
            AuditRecord::getCommand,
            AuditRecord::getRequestId,
            AuditRecord::getReason,
            AuditRecord::getOutcome)
        .startsWith(
            tuple("root", "StopRun", "x", "fire", AuditOutcome.AUDIT_OUTCOME_ACCEPTED),
            tuple("mia", "PauseRun", "x", "rain", AuditOutcome.AUDIT_OUTCOME_UNCHANGED),
            tuple("root", "PauseRun", "p-1", "", AuditOutcome.AUDIT_OUTCOME_UNCHANGED),
            tuple("mia", "PauseRun", "p-1", "", AuditOutcome.AUDIT_OUTCOME_ACCEPTED))
        .hasSize(5);
  }

  /** A workflow whose only task waits for a worker that never comes. */
  private static WorkflowSpec waiting() {
    var spec = Samples.daily().toBuilder().setName("waiting").clearParameters().clearTasks();
    spec.addTasks(Samples.daily().getTasks(0).toBuilder().setGroup("nobody"));
    return spec.build();
  }

  private Run started(String principal, String requestId, String... clusters) {
    return runs(principal)
        .startRun(
            StartRunRequest.newBuilder()
                .setDefinition("projects/shop/workflows/daily")
                .setRequestId(requestId)
                .addAllObjects(
                    Stream.of(clusters)
                        .map(name -> RunObject.newBuilder().setKind("cluster").setName(name))
                        .map(RunObject.Builder::build)
                        .toList())
                .build())
        .getRun();
  }

  /** A run about some clusters, that has ended. */
  private Run endedAbout(String principal, String requestId, String... clusters) {
    Run run = started(principal, requestId, clusters);
    return runs("mia").waitRun(WaitRunRequest.newBuilder().setName(run.getName()).build()).getRun();
  }

  private List<Run> listed(String principal, Run atLeast) {
    return runs(principal)
        .listRuns(
            ListRunsRequest.newBuilder()
                .setParent("projects/shop")
                .addAtLeast(atLeast.getRevision())
                .build())
        .getRunsList();
  }

  private void redo(String principal, Run run) {
    var _ =
        runs(principal)
            .redoRun(RedoRunRequest.newBuilder().setName(run.getName()).setConfirm(true).build());
  }

  private static void denied(ThrowingCallable call) {
    assertThat(Gateway.refusal(call).reason()).contains("PERMISSION_DENIED");
  }

  @Test
  @Covers("OCP-35")
  void a_manager_of_a_cluster_lists_reads_and_commands_the_runs_about_it_and_no_others() {
    Run mine = endedAbout("cam", "about-mine", "obdemo");
    Run other = endedAbout("mia", "about-other", "other");
    Run both = endedAbout("mia", "about-both", "obdemo", "other");
    Run nothing = endedAbout("mia", "about-nothing");

    assertThat(listed("cam", nothing))
        .extracting(Run::getId)
        .contains(mine.getId(), both.getId())
        .doesNotContain(other.getId(), nothing.getId());
    for (Run shown : List.of(mine, both)) {
      assertThat(runs("cam").getRun(get(shown)).getRun().getId()).isEqualTo(shown.getId());
      assertThat(
              runs("cam")
                  .listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(shown.getName()).build())
                  .getTaskRunsCount())
          .isEqualTo(2);
    }
    for (Run hidden : List.of(other, nothing)) {
      denied(() -> runs("cam").getRun(get(hidden)));
      denied(
          () ->
              runs("cam")
                  .getRun(
                      GetRunRequest.newBuilder()
                          .setName("projects/shop/runs/" + hidden.getId().substring(14))
                          .build()));
      denied(
          () ->
              runs("cam")
                  .listTaskRuns(
                      ListTaskRunsRequest.newBuilder().setParent(hidden.getName()).build()));
      denied(
          () ->
              LogServiceGrpc.newBlockingStub(as("cam"))
                  .tailLogs(TailLogsRequest.newBuilder().setParent(hidden.getName()).build())
                  .forEachRemaining(_ -> {}));
    }
    LogServiceGrpc.newBlockingStub(as("cam"))
        .tailLogs(TailLogsRequest.newBuilder().setParent(mine.getName()).build())
        .forEachRemaining(_ -> {});

    redo("cam", mine);
    // What it changes there it would change for the other cluster, too.
    for (Run refused : List.of(other, both, nothing)) {
      long before = version(refused);
      denied(() -> redo("cam", refused));
      assertThat(version(refused)).isEqualTo(before);
    }
    denied(() -> redo("cat", mine));
    assertThat(runs("cat").getRun(get(mine)).hasRun()).isTrue();
    assertThat(auditOf(other, 2).getFirst().getRefusal()).isEqualTo("PERMISSION_DENIED");
  }

  private static GetRunRequest get(Run run) {
    return GetRunRequest.newBuilder().setName(run.getName()).build();
  }

  @Test
  @Covers("OCP-35")
  void a_run_is_started_only_about_what_is_granted() {
    denied(() -> started("cam", "start-other", "other"));
    denied(() -> started("cam", "start-both", "obdemo", "other"));
    denied(() -> started("cam", "start-nothing"));
    denied(() -> started("cat", "start-viewed", "obdemo"));
    assertThat(endedAbout("cam", "start-mine", "obdemo").getInitiator()).isEqualTo("cam");
  }

  @Test
  @Covers("OCP-35")
  void a_watch_shows_what_is_about_the_cluster_and_a_bulk_command_skips_or_refuses_the_others() {
    Run other = endedAbout("mia", "bulk-other", "other");
    Run mine = endedAbout("cam", "bulk-mine", "obdemo");
    Watching<WatchRequest, WatchResponse> watcher = Watching.all();
    WatchServiceGrpc.newStub(as("cam"))
        .watch(
            WatchRequest.newBuilder()
                .setParent("projects/shop")
                .setBeginning(Beginning.getDefaultInstance())
                .build(),
            watcher);
    watcher.await(message -> message.getEvent().getName().equals(mine.getName()));
    watcher.cancel();
    // It began before: what is shown of it would have come first.
    assertThat(watcher.received())
        .extracting(message -> message.getEvent().getName())
        .noneMatch(name -> name.startsWith(other.getName()) || name.contains("/workflows/"));

    var operations = OperationServiceGrpc.newBlockingStub(as("cam"));
    CommandRunsRequest redo =
        CommandRunsRequest.newBuilder()
            .setParent("projects/shop")
            .setCommand(Command.COMMAND_REDO)
            .setConfirm(true)
            .build();
    denied(
        () ->
            operations.commandRuns(
                redo.toBuilder().addRuns(mine.getName()).addRuns(other.getName()).build()));
    BulkOperation begun =
        operations
            .commandRuns(
                redo.toBuilder()
                    .setFilter("id = %s OR id = %s".formatted(mine.getId(), other.getId()))
                    .addAtLeast(mine.getRevision())
                    .build())
            .getOperation();
    BulkOperation done =
        operations
            .waitOperation(WaitOperationRequest.newBuilder().setName(begun.getName()).build())
            .getOperation();
    assertThat(done.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCESS);
    assertThat(
            operations
                .listOperationItems(
                    ListOperationItemsRequest.newBuilder().setParent(begun.getName()).build())
                .getItemsList())
        .extracting(OperationItem::getRun)
        .containsExactly(mine.getName());
    denied(
        () ->
            OperationServiceGrpc.newBlockingStub(as("cat"))
                .getOperation(GetOperationRequest.newBuilder().setName(begun.getName()).build()));
  }

  private Run shown(Run run) {
    return runs("vic").getRun(get(run)).getRun();
  }

  @Test
  @Covers("OCP-50")
  void what_a_run_is_about_stays_visible_when_it_is_gone_marked_as_deleted() {
    Run before = endedAbout("mia", "gone-before", "scrapped", "kept");
    var objects = ObjectServiceGrpc.newBlockingStub(as("mia"));
    MarkObjectDeletedRequest mark =
        MarkObjectDeletedRequest.newBuilder()
            .setParent("projects/shop")
            .setObject(ObjectName.newBuilder().setKind("cluster").setName("scrapped"))
            .setRequestId("gone")
            .setReason("ticket 4711")
            .build();
    denied(() -> ObjectServiceGrpc.newBlockingStub(as("vic")).markObjectDeleted(mark));
    assertThat(shown(before).getObjectsList()).noneMatch(RunObject::hasDeleteTime);

    DeletedObject marked = objects.markObjectDeleted(mark).getObject();
    assertThat(objects.markObjectDeleted(mark).getObject()).isEqualTo(marked);
    MarkObjectDeletedRequest other = mark.toBuilder().setReason("ticket 4712").build();
    assertThat(Gateway.refusal(() -> objects.markObjectDeleted(other)).reason())
        .contains("REQUEST_ID_REUSED");
    Run after = endedAbout("mia", "gone-after", "scrapped");

    assertThat(shown(before).getObjectsList())
        .extracting(RunObject::getKind, RunObject::getName, RunObject::hasDeleteTime)
        .containsExactly(tuple("cluster", "scrapped", true), tuple("cluster", "kept", false));
    assertThat(shown(after).getObjectsList()).noneMatch(RunObject::hasDeleteTime);
    assertThat(
            runs("vic")
                .listRuns(
                    ListRunsRequest.newBuilder()
                        .setParent("projects/shop")
                        .setFilter("objects.cluster = scrapped")
                        .addAtLeast(after.getRevision())
                        .build())
                .getRunsList())
        .extracting(Run::getId, run -> run.getObjects(0).hasDeleteTime())
        .containsExactly(tuple(after.getId(), false), tuple(before.getId(), true));
    assertThat(
            ObjectServiceGrpc.newBlockingStub(as("vic"))
                .listDeletedObjects(
                    ListDeletedObjectsRequest.newBuilder().setParent("projects/shop").build())
                .getObjectsList())
        .containsExactly(marked);

    objects.unmarkObjectDeleted(
        UnmarkObjectDeletedRequest.newBuilder()
            .setParent("projects/shop")
            .setObject(mark.getObject())
            .build());
    // A repeat that comes late is answered as before, and marks nothing again.
    assertThat(objects.markObjectDeleted(mark).getObject()).isEqualTo(marked);
    assertThat(shown(before).getObjectsList()).noneMatch(RunObject::hasDeleteTime);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(audit(ListAuditRecordsRequest.newBuilder().setPrincipal("mia")))
                    .filteredOn(
                        record ->
                            record.getEntity().equals("projects/shop/objects/cluster/scrapped"))
                    .extracting(AuditRecord::getCommand, AuditRecord::getOutcome)
                    .containsExactlyInAnyOrder(
                        tuple("UnmarkObjectDeleted", AuditOutcome.AUDIT_OUTCOME_ACCEPTED),
                        tuple("MarkObjectDeleted", AuditOutcome.AUDIT_OUTCOME_ACCEPTED),
                        tuple("MarkObjectDeleted", AuditOutcome.AUDIT_OUTCOME_REFUSED)));
  }

  /** As `pawl run start` does for the types of the parameters. */
  @Test
  @Covers("OCP-35")
  void whoever_is_limited_to_objects_reads_a_definition_of_the_project_by_name() {
    GetWorkflowRequest daily =
        GetWorkflowRequest.newBuilder().setName("projects/shop/workflows/daily").build();
    Workflow read = WorkflowServiceGrpc.newBlockingStub(as("cam")).getWorkflow(daily).getWorkflow();
    assertThat(read.getDefinition().getTasksList())
        .extracting(TaskSpec::getName)
        .containsExactly("load", "report");
    assertThat(
            Gateway.refusal(
                    () ->
                        TaskServiceGrpc.newBlockingStub(as("cam"))
                            .getTask(
                                GetTaskRequest.newBuilder()
                                    .setName("projects/shop/tasks/none")
                                    .build()))
                .reason())
        .contains("TASK_NOT_FOUND");
    denied(
        () ->
            WorkflowServiceGrpc.newBlockingStub(as("cam"))
                .getWorkflow(daily.toBuilder().setName("projects/bank/workflows/daily").build()));
  }

  @Test
  @Covers("OCP-35")
  void whoever_is_limited_to_objects_gets_nothing_else() {
    denied(
        () ->
            WorkflowServiceGrpc.newBlockingStub(as("cam"))
                .listWorkflows(
                    ListWorkflowsRequest.newBuilder().setParent("projects/shop").build()));
    denied(
        () ->
            LockServiceGrpc.newBlockingStub(as("cam"))
                .listLocks(ListLocksRequest.newBuilder().setParent("projects/shop").build()));
    denied(
        () ->
            AuditServiceGrpc.newBlockingStub(as("cam"))
                .listAuditRecords(
                    ListAuditRecordsRequest.newBuilder().setParent("projects/shop").build()));
    denied(
        () ->
            AdminServiceGrpc.newBlockingStub(as("cam"))
                .getCluster(GetClusterRequest.getDefaultInstance()));
    denied(
        () ->
            OperationServiceGrpc.newBlockingStub(as("cam"))
                .exportRuns(ExportRunsRequest.newBuilder().setParent("projects/shop").build()));
    // Elsewhere it has nothing at all.
    denied(
        () ->
            runs("cam").listRuns(ListRunsRequest.newBuilder().setParent("projects/bank").build()));
  }

  @Test
  void a_token_that_is_not_known_opens_nothing_but_health() {
    assertThat(
            Gateway.refusal(
                    () ->
                        runs("eve")
                            .getRun(
                                GetRunRequest.newBuilder().setName("projects/shop/runs/x").build()))
                .code())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(
            HealthGrpc.newBlockingStub(as(""))
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    for (String principal : List.of("", "eve")) {
      assertThat(Status.fromThrowable(reflect(principal).awaitFailure()).getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    Watching<ServerReflectionRequest, ServerReflectionResponse> known = reflect("vic");
    known.await(ServerReflectionResponse::hasListServicesResponse);
    known.cancel();
  }

  private Watching<ServerReflectionRequest, ServerReflectionResponse> reflect(String principal) {
    Watching<ServerReflectionRequest, ServerReflectionResponse> answers = Watching.all();
    ServerReflectionGrpc.newStub(as(principal))
        .serverReflectionInfo(answers)
        .onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    return answers;
  }

  @Test
  void a_new_line_of_the_file_is_a_new_caller_and_a_file_with_mistakes_does_not_start()
      throws Exception {
    Files.writeString(tokens(), TokenFile.everyRole() + TokenFile.line("new", "TASK_VIEWER shop"));
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                runs("new")
                        .listRuns(ListRunsRequest.newBuilder().setParent("projects/shop").build())
                        .getTotalSize()
                    >= 0);

    Path wrong = Files.writeString(directory.resolve("wrong"), "ada ADMIN\n");
    assertThatThrownBy(
            () ->
                PawlServer.start(
                    server.settings(InetAddress.getLoopbackAddress(), Optional.of(wrong))))
        .isInstanceOfSatisfying(
            ServerStartFailed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(ServerStartFailed.Reason.TOKENS_UNUSABLE);
              assertThat(failed).hasMessageContaining("line 1 has 2 words");
            });
  }
}
