package dev.pawl.api.audit;

import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.name.StepOrRunName;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.audit.Audit;
import dev.pawl.engine.audit.AuditFilter;
import dev.pawl.engine.audit.AuditOutcome;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListAuditRecordsResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Translates AuditService calls into questions to the audit, and nothing else. */
public final class AuditGrpcService extends AuditServiceGrpc.AuditServiceImplBase {
  private static final int USUAL_PAGE = 50;
  private static final int LONGEST = 128;
  private static final String NO_PROJECT = "projects/" + ResourceNames.NO_PROJECT;

  // The years 1 to 9999, as the type Timestamp says.
  private static final long EARLIEST = -62_135_596_800L;
  private static final long LATEST = 253_402_300_799L;
  private static final int MOST_NANOS = 999_999_999;

  private final Audit audit;
  private final RunLookup lookup;
  private final PageTokens tokens;

  public AuditGrpcService(Audit audit, RunLookup lookup, PageTokens tokens) {
    this.audit = audit;
    this.lookup = lookup;
    this.tokens = tokens;
  }

  @Override
  public void listAuditRecords(
      ListAuditRecordsRequest request, StreamObserver<ListAuditRecordsResponse> observer) {
    Unary.answer(observer, () -> list(request));
  }

  private CompletionStage<ListAuditRecordsResponse> list(ListAuditRecordsRequest request) {
    String project =
        request.getParent().equals(NO_PROJECT)
            ? ResourceNames.NO_PROJECT
            : ResourceNames.project("parent", request.getParent());
    int size = Pages.size(request.getPageSize(), USUAL_PAGE);
    AuditFilter filter =
        new AuditFilter(
            Optional.empty(),
            Optional.empty(),
            text("principal", request.getPrincipal()),
            text("command", request.getCommand()),
            outcome(request),
            instant("startTime", request.hasStartTime(), request.getStartTime()),
            instant("endTime", request.hasEndTime(), request.getEndTime()));
    // Everything but the page: a token leads on in the list that it came from.
    Scope scope =
        Scope.of(request.toBuilder().clearPageSize().clearPageToken().build().toByteArray());
    Optional<String> after = tokens.read(scope, request.getPageToken());
    return about(project, request.getEntity(), filter)
        .thenCompose(wanted -> audit.list(project, wanted, after, size))
        .thenApply(
            listed -> {
              ListAuditRecordsResponse.Builder response =
                  ListAuditRecordsResponse.newBuilder()
                      .setNextPageToken(tokens.write(scope, listed.next()))
                      .setTotalSize(listed.total())
                      .setAsOf(Timestamps.of(listed.asOf()));
              listed.rows().forEach(row -> response.addRecords(toRecord(row)));
              return response.build();
            });
  }

  /** The filter with the entity that the request names. */
  private CompletionStage<AuditFilter> about(String project, String name, AuditFilter filter) {
    if (name.isEmpty()) {
      return CompletableFuture.completedFuture(filter);
    }
    if (!name.contains("/runs/")) {
      String definition = ResourceNames.definition("entity", name).resourceName();
      requireIn(project, ResourceNames.definition("entity", name).project());
      return CompletableFuture.completedFuture(with(filter, definition, Optional.empty()));
    }
    StepOrRunName given = ResourceNames.stepOrRun("entity", name);
    RunName run = given.run();
    requireIn(project, run.project());
    return lookup
        .find(run)
        .thenApply(id -> with(filter, ResourceNames.ofRun(project, id), given.task()));
  }

  private static void requireIn(String project, String named) {
    if (!named.equals(project)) {
      throw ApiErrors.invalidField("entity", "is not in the project that parent names");
    }
  }

  private static AuditFilter with(AuditFilter filter, String entity, Optional<String> step) {
    return new AuditFilter(
        Optional.of(entity),
        step,
        filter.principal(),
        filter.command(),
        filter.outcome(),
        filter.from(),
        filter.until());
  }

  private static Optional<String> text(String path, String given) {
    if (given.length() > LONGEST || given.indexOf('\0') >= 0) {
      throw ApiErrors.invalidField(
          path, "is longer than %d characters, or binary".formatted(LONGEST));
    }
    return given.isEmpty() ? Optional.empty() : Optional.of(given);
  }

  private static Optional<Instant> instant(String path, boolean present, Timestamp given) {
    if (!present) {
      return Optional.empty();
    }
    if (given.getSeconds() < EARLIEST
        || given.getSeconds() > LATEST
        || given.getNanos() < 0
        || given.getNanos() > MOST_NANOS) {
      throw ApiErrors.invalidField(path, "is no timestamp of the years 1 to 9999");
    }
    return Optional.of(Instant.ofEpochSecond(given.getSeconds(), given.getNanos()));
  }

  private static Optional<AuditOutcome> outcome(ListAuditRecordsRequest request) {
    return switch (request.getOutcome()) {
      case AUDIT_OUTCOME_UNSPECIFIED -> Optional.empty();
      case AUDIT_OUTCOME_ACCEPTED -> Optional.of(AuditOutcome.ACCEPTED);
      case AUDIT_OUTCOME_UNCHANGED -> Optional.of(AuditOutcome.UNCHANGED);
      case AUDIT_OUTCOME_REFUSED -> Optional.of(AuditOutcome.REFUSED);
      case AUDIT_OUTCOME_UNKNOWN -> Optional.of(AuditOutcome.UNKNOWN);
      case UNRECOGNIZED -> throw ApiErrors.invalidField("outcome", "is none that commands have");
    };
  }

  private static AuditRecord toRecord(AuditRow row) {
    return AuditRecord.newBuilder()
        .setTime(Timestamps.of(row.at()))
        .setPrincipal(row.principal())
        .setCommand(row.command())
        .setEntity(row.step().isEmpty() ? row.entity() : row.entity() + "/taskRuns/" + row.step())
        .setRequestId(row.requestId())
        .setReason(row.reason())
        .setStateBefore(row.before())
        .setStateAfter(row.after())
        .setOutcome(
            switch (row.outcome()) {
              case ACCEPTED -> dev.pawl.v1.AuditOutcome.AUDIT_OUTCOME_ACCEPTED;
              case UNCHANGED -> dev.pawl.v1.AuditOutcome.AUDIT_OUTCOME_UNCHANGED;
              case REFUSED -> dev.pawl.v1.AuditOutcome.AUDIT_OUTCOME_REFUSED;
              case UNKNOWN -> dev.pawl.v1.AuditOutcome.AUDIT_OUTCOME_UNKNOWN;
            })
        .setRefusal(row.refusal())
        .setMessage(row.message())
        .build();
  }
}
