package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.covers.Covers;
import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.CancelOperationRequest;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandRunsRequest;
import dev.pawl.v1.CommandRunsResponse;
import dev.pawl.v1.DownloadOperationFileRequest;
import dev.pawl.v1.DownloadOperationFileResponse;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.GetOperationRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ItemOutcome;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListOperationItemsRequest;
import dev.pawl.v1.ListOperationItemsResponse;
import dev.pawl.v1.ListOperationsRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.OperationState;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WaitOperationRequest;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WatchOperationRequest;
import dev.pawl.v1.WatchOperationResponse;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bulk commands and exports over the wire, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsIT {
  private static final String SHOP = "projects/shop";

  private final ServerUnderTest server;
  private final ManagedChannel channel;
  private final HandWorker worker;
  private final RunServiceGrpc.RunServiceBlockingStub runs;
  private final OperationServiceGrpc.OperationServiceBlockingStub operations;

  OperationsIT() throws IOException, ServerStartFailed {
    server = ServerUnderTest.start();
    channel = server.channel();
    worker = new HandWorker(channel, "w1", 8, _ -> Struct.getDefaultInstance());
    runs = RunServiceGrpc.newBlockingStub(channel);
    operations = OperationServiceGrpc.newBlockingStub(channel);
  }

  @BeforeAll
  void welcome() throws InterruptedException {
    worker.awaitWelcome();
    submit("done", "default");
    submit("waiting", "nobody");
  }

  @AfterAll
  void close() throws IOException {
    server.close();
  }

  private void submit(String name, String group) {
    WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent(SHOP)
                .setWorkflow(
                    WorkflowSpec.newBuilder()
                        .setName(name)
                        .addTasks(
                            TaskSpec.newBuilder()
                                .setName("only")
                                .setGroup(group)
                                .setExecute(Samples.noop())))
                .build());
  }

  private Run start(String workflow, String label) {
    return runs.startRun(
            StartRunRequest.newBuilder()
                .setDefinition(SHOP + "/workflows/" + workflow)
                .putLabels("test", label)
                .build())
        .getRun();
  }

  private Run ended(String label) {
    Run run = start("done", label);
    return runs.waitRun(WaitRunRequest.newBuilder().setName(run.getName()).build()).getRun();
  }

  private RunState state(Run run) {
    return runs.getRun(GetRunRequest.newBuilder().setName(run.getName()).build())
        .getRun()
        .getState();
  }

  private BulkOperation waitFor(BulkOperation operation) {
    return operations
        .waitOperation(WaitOperationRequest.newBuilder().setName(operation.getName()).build())
        .getOperation();
  }

  private List<OperationItem> items(BulkOperation operation) {
    List<OperationItem> items = new ArrayList<>();
    String token = "";
    do {
      ListOperationItemsResponse page =
          operations.listOperationItems(
              ListOperationItemsRequest.newBuilder()
                  .setParent(operation.getName())
                  .setPageSize(2)
                  .setPageToken(token)
                  .build());
      items.addAll(page.getItemsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return items;
  }

  @Test
  @Covers({"OCP-45", "SYS-8"})
  void each_run_answers_for_itself_just_as_the_dry_run_foresaw() {
    Run waiting = start("waiting", "mixed");
    Run done = ended("mixed");
    Run other = start("waiting", "mixed");
    CommandRunsRequest stop =
        CommandRunsRequest.newBuilder()
            .setParent(SHOP)
            .setCommand(Command.COMMAND_STOP)
            .addAllRuns(
                List.of(
                    waiting.getName(),
                    done.getName(),
                    other.getName(),
                    waiting.getName(),
                    SHOP + "/runs/0123456789abcdefghjkmnpqrs"))
            .setRequestId("mixed-1")
            .build();

    CommandRunsResponse foreseen = operations.commandRuns(stop.toBuilder().setDryRun(true).build());
    assertThat(foreseen.hasOperation()).isFalse();
    assertThat(state(waiting)).isEqualTo(RunState.RUN_STATE_RUNNING);
    assertThat(Gateway.refusal(() -> operations.commandRuns(stop)).reason())
        .contains("CONFIRM_REQUIRED");
    BulkOperation begun =
        operations.commandRuns(stop.toBuilder().setConfirm(true).build()).getOperation();
    BulkOperation again =
        operations.commandRuns(stop.toBuilder().setConfirm(true).build()).getOperation();
    BulkOperation ended = waitFor(begun);

    assertThat(again.getName()).isEqualTo(begun.getName());
    assertThat(ended.getState()).isEqualTo(OperationState.OPERATION_STATE_PART_SUCCESS);
    assertThat(ended.getItems().getAccepted()).isEqualTo(2);
    assertThat(ended.getItems().getRefused()).isEqualTo(2);
    assertThat(items(ended))
        .extracting(OperationItem::getRun, OperationItem::getOutcome, OperationItem::getReason)
        .containsExactlyElementsOf(
            foreseen.getItemsList().stream()
                .map(
                    item ->
                        org.assertj.core.groups.Tuple.tuple(
                            item.getRun(), item.getOutcome(), item.getReason()))
                .toList());
    assertThat(items(ended))
        .extracting(OperationItem::getReason)
        .containsExactly("", "RUN_STATE_CONFLICT", "", "RUN_NOT_FOUND");
    assertThat(foreseen.getForeseen().getAccepted()).isEqualTo(2);
    assertThat(state(done)).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(
            Stream.of(waiting, other)
                .map(run -> WaitRunRequest.newBuilder().setName(run.getName()).build())
                .map(request -> runs.waitRun(request).getRun().getState()))
        .containsOnly(RunState.RUN_STATE_TERMINATED);
    assertThat(
            Gateway.refusal(
                    () ->
                        operations.commandRuns(
                            stop.toBuilder()
                                .setConfirm(true)
                                .setCommand(Command.COMMAND_PAUSE)
                                .build()))
                .reason())
        .contains("REQUEST_ID_REUSED");
  }

  @Test
  void the_audit_names_the_command_of_each_run_and_the_operation_that_gave_it() {
    Run run = start("waiting", "audited");
    BulkOperation operation =
        waitFor(
            operations
                .commandRuns(
                    CommandRunsRequest.newBuilder()
                        .setParent(SHOP)
                        .setCommand(Command.COMMAND_FORCED_PAUSE)
                        .addRuns(run.getName())
                        .setReason("the rack is hot")
                        .build())
                .getOperation());
    AuditServiceGrpc.AuditServiceBlockingStub audit = AuditServiceGrpc.newBlockingStub(channel);
    ListAuditRecordsRequest ofRun =
        ListAuditRecordsRequest.newBuilder().setParent(SHOP).setEntity(run.getName()).build();
    await().until(() -> audit.listAuditRecords(ofRun).getRecordsCount() == 2);

    AuditRecord given = audit.listAuditRecords(ofRun).getRecords(0);
    assertThat(given.getCommand()).isEqualTo("ForcePauseRun");
    assertThat(given.getReason()).isEqualTo("the rack is hot");
    assertThat(SHOP + "/operations/" + given.getRequestId()).isEqualTo(operation.getName() + "/0");
    assertThat(
            audit
                .listAuditRecords(
                    ListAuditRecordsRequest.newBuilder()
                        .setParent(SHOP)
                        .setCommand("CommandRuns")
                        .build())
                .getRecordsList())
        .extracting(AuditRecord::getEntity)
        .contains(operation.getName());
  }

  @Test
  void a_filter_is_resolved_once_and_what_is_so_already_stays() {
    Run first = start("waiting", "filtered");
    Run second = start("waiting", "filtered");
    CommandRunsRequest pause =
        CommandRunsRequest.newBuilder()
            .setParent(SHOP)
            .setCommand(Command.COMMAND_PAUSE)
            .setFilter("labels.test = filtered")
            .addAtLeast(first.getRevision())
            .addAtLeast(second.getRevision())
            .build();

    BulkOperation ended = waitFor(operations.commandRuns(pause).getOperation());
    assertThat(ended.getItems().getAccepted()).isEqualTo(2);
    assertThat(ended.getCommand().getFilter()).isEqualTo("labels.test = filtered");
    BulkOperation again = waitFor(operations.commandRuns(pause).getOperation());

    assertThat(again.getItems().getUnchanged()).isEqualTo(2);
    assertThat(again.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCESS);
    assertThat(operations.commandRuns(pause.toBuilder().setDryRun(true).build()).getItemsList())
        .extracting(OperationItem::getOutcome)
        .containsOnly(ItemOutcome.ITEM_OUTCOME_UNCHANGED);
  }

  @Test
  void a_watcher_sees_it_get_on_to_its_end() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      names.add(start("waiting", "watched").getName());
    }
    BulkOperation begun =
        operations
            .commandRuns(
                CommandRunsRequest.newBuilder()
                    .setParent(SHOP)
                    .setCommand(Command.COMMAND_PAUSE)
                    .addAllRuns(names)
                    .build())
            .getOperation();

    Iterator<WatchOperationResponse> messages =
        operations.watchOperation(
            WatchOperationRequest.newBuilder().setName(begun.getName()).build());
    List<BulkOperation> seen = new ArrayList<>();
    messages.forEachRemaining(message -> seen.add(message.getOperation()));

    assertThat(seen)
        .extracting(operation -> operation.getRevision().getSequence())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(seen.getLast().getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCESS);
    assertThat(seen.getLast().getItems().getAccepted()).isEqualTo(40);
  }

  @Test
  void an_export_is_the_list_and_is_found_by_who_asked_for_it() {
    List<Run> some = List.of(ended("exported"), ended("exported"), start("waiting", "exported"));
    ListRunsRequest.Builder list =
        ListRunsRequest.newBuilder().setParent(SHOP).setFilter("labels.test = exported");
    some.forEach(run -> list.addAtLeast(run.getRevision()));
    List<Run> listed = runs.listRuns(list.build()).getRunsList();

    BulkOperation ended =
        waitFor(
            operations
                .exportRuns(
                    ExportRunsRequest.newBuilder()
                        .setParent(SHOP)
                        .setFilter("labels.test = exported")
                        .addAllColumns(List.of("id", "state", "definition", "labels"))
                        .addAllAtLeast(some.stream().map(Run::getRevision).toList())
                        .build())
                .getOperation());

    assertThat(ended.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCESS);
    assertThat(ended.getFile().getRows()).isEqualTo(3);
    StringBuilder expected = new StringBuilder("id,state,definition,labels\r\n");
    for (Run run : listed) {
      expected
          .append(run.getId())
          .append(',')
          .append(run.getState().name().substring("RUN_STATE_".length()))
          .append(',')
          .append(run.getDefinition())
          .append(",\"{\"\"test\"\":\"\"exported\"\"}\"\r\n");
    }
    assertThat(download(ended)).isEqualTo(expected.toString());
    assertThat(
            operations
                .listOperations(
                    ListOperationsRequest.newBuilder()
                        .setParent(SHOP)
                        .setInitiator("anonymous")
                        .addStates(OperationState.OPERATION_STATE_SUCCESS)
                        .addAtLeast(ended.getRevision())
                        .build())
                .getOperationsList())
        .contains(ended);
    assertThat(
            operations
                .getOperation(
                    GetOperationRequest.newBuilder()
                        .setName(SHOP + "/operations/" + ended.getId().substring(18))
                        .build())
                .getOperation())
        .isEqualTo(ended);
    assertThat(
            Gateway.refusal(
                    () ->
                        operations.cancelOperation(
                            CancelOperationRequest.newBuilder().setName(ended.getName()).build()))
                .reason())
        .contains("OPERATION_STATE_CONFLICT");
  }

  private String download(BulkOperation operation) {
    StringBuilder text = new StringBuilder();
    Iterator<DownloadOperationFileResponse> messages =
        operations.downloadOperationFile(
            DownloadOperationFileRequest.newBuilder().setName(operation.getName()).build());
    messages.forEachRemaining(message -> text.append(message.getChunk().toStringUtf8()));
    return text.toString();
  }

  @Test
  void bad_requests_are_told_what_is_wrong_with_them() {
    CommandRunsRequest pause =
        CommandRunsRequest.newBuilder()
            .setParent(SHOP)
            .setCommand(Command.COMMAND_PAUSE)
            .addRuns(SHOP + "/runs/0123456789abcdefghjkmnpqrs")
            .build();

    assertThat(reason(pause.toBuilder().clearRuns().build())).contains("INVALID_FIELD");
    assertThat(reason(pause.toBuilder().setFilter("state = FAILED").build()))
        .contains("INVALID_FIELD");
    assertThat(reason(pause.toBuilder().clearRuns().setFilter("state ~ FAILED").build()))
        .contains("INVALID_FILTER");
    assertThat(reason(pause.toBuilder().setCommand(Command.COMMAND_CONTINUE_FAILED).build()))
        .contains("INVALID_FIELD");
    assertThat(reason(pause.toBuilder().addRuns("projects/other/runs/abc").build()))
        .contains("INVALID_FIELD");
    assertThat(reason(pause.toBuilder().addRuns(SHOP + "/runs/zzzzzzzz").build()))
        .contains("RUN_NOT_FOUND");
    assertThat(
            Gateway.refusal(
                    () ->
                        operations.exportRuns(
                            ExportRunsRequest.newBuilder()
                                .setParent(SHOP)
                                .addColumns("colour")
                                .build()))
                .message())
        .contains("columns[0]", "create_time");
    assertThat(
            Gateway.refusal(
                    () ->
                        operations.getOperation(
                            GetOperationRequest.newBuilder()
                                .setName(SHOP + "/operations/0123456789abcdefghjkmnpqrs")
                                .build()))
                .reason())
        .contains("OPERATION_NOT_FOUND");
    assertThat(
            Gateway.refusal(
                    () ->
                        operations.waitOperation(
                            WaitOperationRequest.newBuilder()
                                .setName(SHOP + "/operations/abc")
                                .setTimeout(Duration.newBuilder().setSeconds(-1))
                                .build()))
                .reason())
        .contains("INVALID_FIELD");
  }

  private Optional<String> reason(CommandRunsRequest request) {
    return Gateway.refusal(() -> operations.commandRuns(request)).reason();
  }
}
