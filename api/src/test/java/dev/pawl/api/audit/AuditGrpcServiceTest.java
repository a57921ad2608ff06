package dev.pawl.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.value.Timestamps;
import dev.pawl.client.PawlError;
import dev.pawl.engine.audit.AuditFilter;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.engine.decider.TooWide;
import dev.pawl.v1.AuditOutcome;
import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListAuditRecordsResponse;
import io.grpc.Status;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditGrpcServiceTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN.value();

  private final Gateway gateway = new Gateway();
  private final AuditServiceBlockingStub audit = AuditServiceGrpc.newBlockingStub(gateway.channel);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static ListAuditRecordsRequest.Builder all() {
    return ListAuditRecordsRequest.newBuilder().setParent("projects/shop");
  }

  private void add(String requestId) {
    gateway.audit.record(
        new AuditRow(
            "shop",
            RUN,
            requestId,
            Samples.NOW,
            "ada",
            "RetryTaskRun",
            "load",
            requestId,
            "again",
            "FAILED",
            "RUNNING",
            dev.pawl.engine.audit.AuditOutcome.ACCEPTED,
            "",
            ""));
  }

  @Test
  void a_record_says_who_when_what_why_before_after_and_outcome() {
    add("r-1");
    assertThat(audit.listAuditRecords(all().build()).getRecordsList())
        .containsExactly(
            AuditRecord.newBuilder()
                .setTime(Timestamps.of(Samples.NOW))
                .setPrincipal("ada")
                .setCommand("RetryTaskRun")
                .setEntity(RUN + "/taskRuns/load")
                .setRequestId("r-1")
                .setReason("again")
                .setStateBefore("FAILED")
                .setStateAfter("RUNNING")
                .setOutcome(AuditOutcome.AUDIT_OUTCOME_ACCEPTED)
                .build());
  }

  @Test
  void pages_follow_each_other_and_a_token_is_good_for_its_filter_only() {
    for (int i = 0; i < 5; i++) {
      add("r-" + i);
    }
    ListAuditRecordsRequest first = all().setPageSize(3).build();
    ListAuditRecordsResponse page = audit.listAuditRecords(first);
    assertThat(page.getRecordsList())
        .extracting(AuditRecord::getRequestId)
        .containsExactly("r-4", "r-3", "r-2");
    assertThat(page.getTotalSize()).isEqualTo(5);
    ListAuditRecordsRequest second =
        first.toBuilder().setPageToken(page.getNextPageToken()).build();
    assertThat(audit.listAuditRecords(second).getRecordsList())
        .extracting(AuditRecord::getRequestId)
        .containsExactly("r-1", "r-0");
    assertThat(audit.listAuditRecords(second).getNextPageToken()).isEmpty();
    assertThat(
            Gateway.refusal(
                    () -> audit.listAuditRecords(second.toBuilder().setPrincipal("bob").build()))
                .reason())
        .contains("CURSOR_FILTER_MISMATCH");
    assertThat(
            Gateway.refusal(() -> audit.listAuditRecords(all().setPageToken("x").build())).reason())
        .contains("INVALID_CURSOR");
  }

  @Test
  void every_condition_reaches_the_audit() {
    audit.listAuditRecords(
        all()
            .setEntity(RUN + "/taskRuns/load")
            .setPrincipal("ada")
            .setCommand("RetryTaskRun")
            .setOutcome(AuditOutcome.AUDIT_OUTCOME_REFUSED)
            .setStartTime(Timestamps.of(Instant.ofEpochSecond(1)))
            .setEndTime(Timestamps.of(Instant.ofEpochSecond(2)))
            .build());
    audit.listAuditRecords(all().setEntity("projects/shop/workflows/daily").build());
    audit.listAuditRecords(all().build());

    assertThat(gateway.audit.asked.getFirst())
        .isEqualTo(
            new AuditFilter(
                Optional.of(RUN),
                Optional.of("load"),
                Optional.of("ada"),
                Optional.of("RetryTaskRun"),
                Optional.of(dev.pawl.engine.audit.AuditOutcome.REFUSED),
                Optional.of(Instant.ofEpochSecond(1)),
                Optional.of(Instant.ofEpochSecond(2))));
    assertThat(gateway.audit.asked.get(1).entity()).contains("projects/shop/workflows/daily");
    assertThat(gateway.audit.asked.getLast()).isEqualTo(AuditFilter.ALL);
  }

  @Test
  void what_names_no_project_is_listed_under_a_name_that_no_project_has() {
    audit.listAuditRecords(all().setParent("projects/-").build());
    assertThat(gateway.audit.askedOf).containsExactly("-");
    assertThat(
            Gateway.refusal(() -> audit.listAuditRecords(all().setParent("projects/-x").build()))
                .fields())
        .extracting(field -> field.path())
        .containsExactly("parent");
  }

  @Test
  void a_list_that_takes_too_long_is_refused_for_good_with_what_helps() {
    gateway.audit.failure =
        Optional.of(new TooWide("narrow its filter", new IllegalStateException("57014")));
    PawlError refusal = Gateway.refusal(() -> audit.listAuditRecords(all().build()));
    assertThat(refusal.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.reason()).contains("FILTER_TOO_WIDE");
    assertThat(refusal.message()).isEqualTo("narrow its filter");
  }

  @Test
  void malformed_conditions_are_refused_with_their_field() {
    assertThat(Gateway.refusal(() -> audit.listAuditRecords(all().setEntity("x").build())).fields())
        .extracting(field -> field.path())
        .containsExactly("entity");
    assertThat(
            Gateway.refusal(
                    () ->
                        audit.listAuditRecords(
                            all().setEntity("projects/bank/workflows/daily").build()))
                .message())
        .contains("entity: is not in the project");
    assertThat(
            Gateway.refusal(
                    () -> audit.listAuditRecords(all().setPrincipal("x".repeat(200)).build()))
                .message())
        .contains("principal");
    assertThat(
            Gateway.refusal(() -> audit.listAuditRecords(all().setOutcomeValue(77).build()))
                .message())
        .contains("outcome");
    assertThat(
            Gateway.refusal(
                    () -> audit.listAuditRecords(all().setEntity("projects/shop/runs/zzz").build()))
                .reason())
        .contains("RUN_NOT_FOUND");
  }
}
