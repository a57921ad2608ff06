package dev.pawl.api.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.pawl.api.fake.FakeOperations;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.audit.AuditOutcome;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.OperationRow;
import dev.pawl.v1.CancelOperationRequest;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.OperationServiceGrpc.OperationServiceBlockingStub;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StopRunRequest;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the audit hears of commands that left no fact. */
class AuditInterceptorTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN.value();
  private static final OperationId OPERATION = new OperationId("01jd8z4v7h3nq5r6s7t8v9w0x7");
  private static final String NAME = "projects/shop/operations/" + OPERATION.value();

  private final Gateway gateway = new Gateway();

  @AfterEach
  void close() {
    gateway.close();
  }

  private static ClientInterceptor as(String principal) {
    Metadata claimed = new Metadata();
    claimed.put(CallerInterceptor.PRINCIPAL, principal);
    return MetadataUtils.newAttachHeadersInterceptor(claimed);
  }

  private RunServiceBlockingStub runs(String principal) {
    return RunServiceGrpc.newBlockingStub(gateway.channel).withInterceptors(as(principal));
  }

  private OperationServiceBlockingStub operations(String principal) {
    return OperationServiceGrpc.newBlockingStub(gateway.channel).withInterceptors(as(principal));
  }

  private void run(boolean changed) {
    gateway.runs.heads.put(
        Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header("00"), RunStatus.PAUSED, changed));
  }

  private static PauseRunRequest pause(String requestId) {
    return PauseRunRequest.newBuilder().setName(RUN).setRequestId(requestId).build();
  }

  private List<AuditRow> rows() {
    return gateway.audit.rows;
  }

  @Test
  void what_changed_nothing_is_recorded_under_a_key_that_repeats_share_and_nothing_else() {
    run(true);
    runs("bob").pauseRun(pause("x"));
    assertThat(rows()).isEmpty();

    run(false);
    runs("bob").pauseRun(pause("x"));
    runs("bob").pauseRun(pause("x"));
    assertThat(rows()).extracting(AuditRow::outcome).containsOnly(AuditOutcome.UNCHANGED);
    assertThat(rows()).extracting(AuditRow::before).containsOnly("PAUSED");
    assertThat(rows()).extracting(AuditRow::key).containsOnly(rows().getFirst().key());

    runs("eve").pauseRun(pause("x"));
    runs("bob").pauseRun(pause("y"));
    runs("bob").pauseRun(pause("x").toBuilder().setReason("rain").build());
    runs("bob")
        .stopRun(
            StopRunRequest.newBuilder().setName(RUN).setRequestId("x").setConfirm(true).build());
    runs("bob").pauseRun(pause(""));
    runs("bob").pauseRun(pause(""));
    assertThat(rows().subList(1, 8)).extracting(AuditRow::key).doesNotHaveDuplicates();
    assertThat(rows()).extracting(AuditRow::key).doesNotContain("x", "y", "");
  }

  @Test
  void who_starts_what_another_started_by_the_same_request_is_recorded() {
    Samples.submitDaily(gateway);
    StartRunRequest start =
        StartRunRequest.newBuilder()
            .setDefinition("projects/shop/workflows/daily")
            .setParameters(Struct.newBuilder().putFields("day", Samples.text("monday")))
            .setRequestId("s-1")
            .build();
    String run = runs("ada").startRun(start).getRun().getName();
    runs("ada").startRun(start);
    assertThat(rows()).isEmpty();

    runs("eve").startRun(start);
    assertThat(rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.principal()).isEqualTo("eve");
              assertThat(row.command()).isEqualTo("StartRun");
              assertThat(row.entity()).isEqualTo(run);
              assertThat(row.outcome()).isEqualTo(AuditOutcome.UNCHANGED);
            });
  }

  @Test
  void who_begins_the_operation_of_another_by_the_same_request_is_recorded() {
    ExportRunsRequest export =
        ExportRunsRequest.newBuilder().setParent("projects/shop").setRequestId("e-1").build();
    String operation = operations("ada").exportRuns(export).getOperation().getName();
    operations("ada").exportRuns(export);
    assertThat(rows()).isEmpty();

    operations("eve").exportRuns(export);
    assertThat(rows()).singleElement().extracting(AuditRow::entity).isEqualTo(operation);
  }

  @Test
  void a_cancel_that_changes_nothing_is_recorded_and_a_refused_one_by_the_whole_name() {
    OperationHead head =
        FakeOperations.head(
            "shop",
            new OperationWork.Export("", List.of("id")),
            new Cause.Command("e-1", "b0d7", "ada", ""));
    gateway.operations.heads.put(OPERATION, head);
    gateway.views.operations.add(new OperationRow(OPERATION, head));
    CancelOperationRequest cancel =
        CancelOperationRequest.newBuilder()
            .setName("projects/shop/operations/9w0x7")
            .setRequestId("c-1")
            .build();
    operations("ada").cancelOperation(cancel);
    assertThat(rows()).isEmpty();
    operations("eve").cancelOperation(cancel);
    assertThat(rows()).singleElement().extracting(AuditRow::entity).isEqualTo(NAME);
    assertThat(rows().getFirst().outcome()).isEqualTo(AuditOutcome.UNCHANGED);
    assertThat(rows().getFirst().before()).isEqualTo("INIT");

    gateway.operations.refusal = Optional.of(new OperationRejection.NotPermitted(Permission.RUN));
    Gateway.refusal(() -> operations("eve").cancelOperation(cancel));
    assertThat(rows().getLast().outcome()).isEqualTo(AuditOutcome.REFUSED);
    assertThat(rows().getLast().entity()).isEqualTo(NAME);
  }

  @Test
  void what_names_no_project_is_recorded_where_it_can_be_listed() {
    for (String name :
        List.of("runs/x", "projects/Shop/runs/x", "projects//runs/x", "projects/%/runs/x", "")) {
      Gateway.refusal(
          () -> runs("vic").pauseRun(PauseRunRequest.newBuilder().setName(name).build()));
      assertThat(rows().getLast().project()).as(name).isEqualTo("-");
      assertThat(rows().getLast().entity()).isEqualTo(name);
    }
    Gateway.refusal(() -> runs("vic").pauseRun(pause("x")));
    assertThat(rows().getLast().project()).isEqualTo("shop");
  }
}
