package dev.pawl.api.operation;

import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.run.RunWords;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationCounts;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.CommandCause;
import dev.pawl.v1.CommandWork;
import dev.pawl.v1.ExportWork;
import dev.pawl.v1.ItemCounts;
import dev.pawl.v1.ItemOutcome;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationState;
import dev.pawl.v1.Revision;
import java.util.Optional;

/** Operations and their items as the contract shows them. */
final class OperationMapper {
  private OperationMapper() {}

  static BulkOperation toProto(OperationId id, OperationHead head) {
    BulkOperation.Builder shown =
        BulkOperation.newBuilder()
            .setName(ResourceNames.ofOperation(head.project(), id))
            .setId(id.value())
            .setState(toProto(head.status()))
            .setItems(toProto(head.status(), head.counts()))
            .setCancelling(head.cancelling())
            .setReason(head.reason())
            .setMessage(head.message())
            .setCause(
                CommandCause.newBuilder()
                    .setRequestId(head.origin().requestId())
                    .setPrincipal(head.origin().principal())
                    .setReason(head.origin().reason()))
            .setCreateTime(Timestamps.of(head.createdAt()))
            .setRevision(
                Revision.newBuilder()
                    .setEntity(PersistenceIds.of(id))
                    .setSequence(head.sequence()));
    switch (head.work()) {
      case OperationWork.Command(var verb, var filter, _, _) ->
          shown.setCommand(
              CommandWork.newBuilder().setCommand(RunWords.toProto(verb)).setFilter(filter));
      case OperationWork.Export(var filter, var columns) ->
          shown.setExport(ExportWork.newBuilder().setFilter(filter).addAllColumns(columns));
    }
    head.file().map(OperationMapper::toProto).ifPresent(shown::setFile);
    head.endedAt().map(Timestamps::of).ifPresent(shown::setEndTime);
    return shown.build();
  }

  static OperationState toProto(OperationStatus status) {
    return switch (status) {
      case INIT -> OperationState.OPERATION_STATE_INIT;
      case RUNNING -> OperationState.OPERATION_STATE_RUNNING;
      case SUCCESS -> OperationState.OPERATION_STATE_SUCCESS;
      case FAIL -> OperationState.OPERATION_STATE_FAIL;
      case PART_SUCCESS -> OperationState.OPERATION_STATE_PART_SUCCESS;
    };
  }

  /** The engine's word; empty for none. */
  static Optional<OperationStatus> toEngine(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_INIT -> Optional.of(OperationStatus.INIT);
      case OPERATION_STATE_RUNNING -> Optional.of(OperationStatus.RUNNING);
      case OPERATION_STATE_SUCCESS -> Optional.of(OperationStatus.SUCCESS);
      case OPERATION_STATE_FAIL -> Optional.of(OperationStatus.FAIL);
      case OPERATION_STATE_PART_SUCCESS -> Optional.of(OperationStatus.PART_SUCCESS);
      case OPERATION_STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static ItemCounts toProto(OperationStatus status, OperationCounts counts) {
    return ItemCounts.newBuilder()
        .setTotal(counts.total())
        .setNotBegun(status.ended() ? 0 : counts.total() - counts.begun())
        .setBegun(counts.inFlight())
        .setAccepted(counts.accepted())
        .setUnchanged(counts.unchanged())
        .setRefused(counts.refused())
        .setUnanswered(counts.unanswered())
        .setCancelled(counts.cancelled())
        .build();
  }

  static dev.pawl.v1.OperationFile toProto(OperationFile file) {
    return dev.pawl.v1.OperationFile.newBuilder()
        .setFileName(file.name())
        .setContentType(file.contentType())
        .setSize(file.size())
        .setRows(file.rows())
        .setSha256(file.hash())
        .setExpireTime(Timestamps.of(file.expiresAt()))
        .build();
  }

  /** An item that was answered. */
  static OperationItem toItem(String project, RunId run, ItemResult result) {
    OperationItem.Builder item =
        OperationItem.newBuilder()
            .setIndex(result.index())
            .setRun(ResourceNames.ofRun(project, run))
            .setOutcome(
                switch (result.outcome()) {
                  case ACCEPTED -> ItemOutcome.ITEM_OUTCOME_ACCEPTED;
                  case UNCHANGED -> ItemOutcome.ITEM_OUTCOME_UNCHANGED;
                  case REFUSED -> ItemOutcome.ITEM_OUTCOME_REFUSED;
                  case UNANSWERED -> ItemOutcome.ITEM_OUTCOME_UNANSWERED;
                })
            .setReason(result.reason())
            .setMessage(result.message());
    if (!result.state().isEmpty()) {
      item.setState(RunWords.toProto(RunStatus.valueOf(result.state())));
    }
    return item.build();
  }

  /** An item without a result. */
  static OperationItem toItem(OperationHead head, RunId run, int index) {
    ItemOutcome outcome =
        index < head.counts().begun()
            ? ItemOutcome.ITEM_OUTCOME_BEGUN
            : head.status().ended()
                ? ItemOutcome.ITEM_OUTCOME_CANCELLED
                : ItemOutcome.ITEM_OUTCOME_NOT_BEGUN;
    return OperationItem.newBuilder()
        .setIndex(index)
        .setRun(ResourceNames.ofRun(head.project(), run))
        .setOutcome(outcome)
        .build();
  }
}
