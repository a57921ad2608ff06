package dev.pawl.api.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.pawl.engine.journal.Cause;
import dev.pawl.v1.ErrorReason;
import java.util.OptionalLong;

/**
 * What every request that commands an entity carries, by the names that the contract gives these
 * fields in each of them.
 *
 * @param name of the entity
 * @param expected the version that the caller expects it to be at
 */
public record CommandRequest(
    String name, Cause.Command cause, OptionalLong expected, boolean dryRun) {

  /**
   * Reads a request. One that has a field {@code confirm} must set it, unless it is a dry run.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when a field is malformed, or the
   *     confirmation is missing
   */
  public static CommandRequest of(Message request, Caller caller) {
    FieldDescriptor version = field(request, "expected_version");
    boolean dryRun = (boolean) request.getField(field(request, "dry_run"));
    FieldDescriptor confirm = request.getDescriptorForType().findFieldByName("confirm");
    if (confirm != null && !dryRun && !(boolean) request.getField(confirm)) {
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_CONFIRM_REQUIRED,
          "this cannot be taken back: set `confirm`, or look first with `dry_run`");
    }
    return new CommandRequest(
        (String) request.getField(field(request, "name")),
        Commands.cause(
            request,
            (String) request.getField(field(request, "request_id")),
            (String) request.getField(field(request, "reason")),
            caller),
        Commands.expectedVersion(request.hasField(version), (long) request.getField(version)),
        dryRun);
  }

  private static FieldDescriptor field(Message request, String name) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalArgumentException(
          request.getDescriptorForType().getFullName() + " has no field " + name);
    }
    return field;
  }
}
