package dev.pawl.api.call;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlError.FieldViolation;
import dev.pawl.client.PawlError.Precondition;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes the errors of the contract: each reason with its status and its details. */
public final class ApiErrors {
  /** Of all field violations of one error: errors travel in trailers, and clients take 8 KiB. */
  private static final int FIELD_BYTES = 4_000;

  private static final int MESSAGE_CHARS = 600;
  private static final String PREFIX = "ERROR_REASON_";

  private ApiErrors() {}

  public static StatusRuntimeException of(ErrorReason reason, String message) {
    return of(reason, message, Map.of());
  }

  public static StatusRuntimeException of(
      ErrorReason reason, String message, Map<String, String> metadata) {
    return make(reason, message, metadata, List.of(), Optional.empty());
  }

  /** One malformed field. */
  public static StatusRuntimeException invalidField(String path, String message) {
    return invalid(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        path + ": " + message,
        List.of(new FieldViolation(path, message)));
  }

  /** Several mistakes at once; those that find no room are counted in the message. */
  public static StatusRuntimeException invalid(
      ErrorReason reason, String message, List<FieldViolation> fields) {
    List<FieldViolation> shown = new ArrayList<>();
    int bytes = 0;
    for (FieldViolation field : fields) {
      bytes += 8 + 3 * (field.path().length() + field.message().length()) / 2;
      if (bytes > FIELD_BYTES) {
        break;
      }
      shown.add(field);
    }
    return make(
        reason,
        shown.size() == fields.size()
            ? message
            : "%s (%d of %d mistakes are listed)".formatted(message, shown.size(), fields.size()),
        Map.of(),
        shown,
        Optional.empty());
  }

  /** A state that refuses a command. */
  public static StatusRuntimeException conflict(
      ErrorReason reason, String message, Precondition precondition) {
    return make(reason, message, Map.of(), List.of(), Optional.of(precondition));
  }

  /** The outcome is unknown: the same request may be sent again, after a moment. */
  public static StatusRuntimeException unavailable(ErrorReason reason, String message) {
    return unavailable(reason, message, Map.of());
  }

  public static StatusRuntimeException unavailable(
      ErrorReason reason, String message, Map<String, String> metadata) {
    com.google.rpc.Status details =
        Objects.requireNonNull(StatusProto.fromThrowable(of(reason, message, metadata)));
    return StatusProto.toStatusRuntimeException(
        details.toBuilder()
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setNanos(500_000_000))
                        .build()))
            .build());
  }

  /** The reason as it travels: without its prefix. */
  public static String name(ErrorReason reason) {
    return reason.name().substring(PREFIX.length());
  }

  private static StatusRuntimeException make(
      ErrorReason reason,
      String message,
      Map<String, String> metadata,
      List<FieldViolation> fields,
      Optional<Precondition> precondition) {
    return PawlErrors.toException(
        new PawlError(
            code(reason),
            message.length() > MESSAGE_CHARS
                ? message.substring(0, MESSAGE_CHARS) + " ..."
                : message,
            Optional.of(name(reason)),
            metadata,
            fields,
            precondition));
  }

  /** The status that each reason comes with. */
  static Status.Code code(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_INVALID_FIELD,
          ERROR_REASON_CONFIRM_REQUIRED,
          ERROR_REASON_INVALID_DEFINITION,
          ERROR_REASON_INVALID_PARAMETERS,
          ERROR_REASON_INVALID_CURSOR,
          ERROR_REASON_CURSOR_FILTER_MISMATCH,
          ERROR_REASON_INVALID_FILTER,
          ERROR_REASON_AMBIGUOUS_ID ->
          Status.Code.INVALID_ARGUMENT;
      case ERROR_REASON_CURSOR_EXPIRED -> Status.Code.OUT_OF_RANGE;
      case ERROR_REASON_WORKFLOW_NOT_FOUND,
          ERROR_REASON_TASK_NOT_FOUND,
          ERROR_REASON_RUN_NOT_FOUND,
          ERROR_REASON_STEP_NOT_FOUND,
          ERROR_REASON_EXECUTION_NOT_FOUND,
          ERROR_REASON_LOG_NOT_FOUND,
          ERROR_REASON_LOCK_NOT_FOUND,
          ERROR_REASON_VERSION_NOT_FOUND,
          ERROR_REASON_OPERATION_NOT_FOUND ->
          Status.Code.NOT_FOUND;
      case ERROR_REASON_REQUEST_ID_REUSED, ERROR_REASON_WORKER_ID_IN_USE ->
          Status.Code.ALREADY_EXISTS;
      case ERROR_REASON_RUN_STATE_CONFLICT,
          ERROR_REASON_STEP_STATE_CONFLICT,
          ERROR_REASON_DEFINITION_STATE_CONFLICT,
          ERROR_REASON_OPERATION_STATE_CONFLICT,
          ERROR_REASON_LOCK_HELD,
          ERROR_REASON_LOCK_SUPERSEDED,
          ERROR_REASON_MANAGED_ELSEWHERE,
          ERROR_REASON_UNSUPPORTED ->
          Status.Code.FAILED_PRECONDITION;
      case ERROR_REASON_VERSION_MISMATCH, ERROR_REASON_STALE_FENCE -> Status.Code.ABORTED;
      case ERROR_REASON_OVERLOADED,
          ERROR_REASON_READER_TOO_SLOW,
          ERROR_REASON_MESSAGE_TOO_LARGE,
          ERROR_REASON_FILTER_TOO_WIDE ->
          Status.Code.RESOURCE_EXHAUSTED;
      case ERROR_REASON_UNAVAILABLE, ERROR_REASON_NOT_SERVING -> Status.Code.UNAVAILABLE;
      case ERROR_REASON_INTERNAL -> Status.Code.INTERNAL;
      case ERROR_REASON_PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case ERROR_REASON_UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case ERROR_REASON_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no status belongs to " + reason);
    };
  }
}
