package dev.pawl.api.operation;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Denials;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.client.PawlError.Precondition;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** The errors that operations are refused with. */
final class OperationErrors {
  private OperationErrors() {}

  /** The value, or the refusal as an error. */
  static <T> T accepted(String project, OperationId id, Answer<T, OperationRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<T, OperationRejection>(var value) -> value;
      case Answer.Refused<T, OperationRejection>(var rejection) ->
          throw toError(project, id, rejection);
    };
  }

  private static StatusRuntimeException toError(
      String project, OperationId id, OperationRejection rejection) {
    return switch (rejection) {
      case OperationRejection.NotFound _ -> notFound(project, id.value());
      case OperationRejection.NotPermitted(var wanted) ->
          Denials.byEntity(ResourceNames.ofOperation(project, id), wanted);
      case OperationRejection.RequestIdReused _ -> requestIdReused(project, id);
      case OperationRejection.HasEnded(var status) ->
          ApiErrors.conflict(
              ErrorReason.ERROR_REASON_OPERATION_STATE_CONFLICT,
              "the operation has ended (%s): there is nothing left to cancel".formatted(status),
              new Precondition(ResourceNames.ofOperation(project, id), status.name(), List.of()));
    };
  }

  static StatusRuntimeException requestIdReused(String project, OperationId id) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
        ResourceNames.ofOperation(project, id)
            + " got this request id with another body before: use a new request id");
  }

  /** No operation of the project has this id. */
  static StatusRuntimeException notFound(String project, String id) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_OPERATION_NOT_FOUND,
        "project %s has no operation %s: see its operations with `pawl operation list`"
            .formatted(project, ResourceNames.quote(id)));
  }

  /** The operation has no file to be sent. */
  static StatusRuntimeException noFile(
      String project, OperationId id, OperationHead head, String why) {
    return ApiErrors.conflict(
        ErrorReason.ERROR_REASON_OPERATION_STATE_CONFLICT,
        why,
        new Precondition(ResourceNames.ofOperation(project, id), head.status().name(), List.of()));
  }
}
