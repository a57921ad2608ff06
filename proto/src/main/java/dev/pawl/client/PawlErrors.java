package dev.pawl.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import dev.pawl.client.PawlError.FieldViolation;
import dev.pawl.client.PawlError.Precondition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Errors between the wire and {@link PawlError}: the server writes them, clients read them.
 *
 * <p>They travel as google.rpc.Status with an ErrorInfo of domain {@value #DOMAIN}, a BadRequest
 * for fields, and a PreconditionFailure with one violation of type {@value #STATE} (its description
 * is the state) and one of type {@value #ALLOWED} for each command that would be accepted.
 */
public final class PawlErrors {
  /** The domain of our reasons. */
  public static final String DOMAIN = "pawl.dev";

  private static final String STATE = "STATE";
  private static final String ALLOWED = "ALLOWED_COMMAND";

  private PawlErrors() {}

  /**
   * Reads what a failed call says; details that are absent or not ours leave their fields empty.
   *
   * @param failure a StatusRuntimeException, a StatusException, or something caused by one
   */
  public static PawlError of(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    String message = status.getDescription() == null ? "" : status.getDescription();
    if (details == null) {
      return new PawlError(
          status.getCode(), message, Optional.empty(), Map.of(), List.of(), Optional.empty());
    }
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    List<FieldViolation> fields = new ArrayList<>();
    Optional<Precondition> precondition = Optional.empty();
    for (Any detail : details.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo found = detail.unpack(ErrorInfo.class);
          info = found.getDomain().equals(DOMAIN) ? found : info;
        } else if (detail.is(BadRequest.class)) {
          for (BadRequest.FieldViolation field :
              detail.unpack(BadRequest.class).getFieldViolationsList()) {
            fields.add(new FieldViolation(field.getField(), field.getDescription()));
          }
        } else if (detail.is(PreconditionFailure.class)) {
          precondition = precondition(detail.unpack(PreconditionFailure.class));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException(
            "the server's answer holds a damaged " + detail.getTypeUrl(), e);
      }
    }
    return new PawlError(
        status.getCode(),
        message,
        info.getReason().isEmpty() ? Optional.empty() : Optional.of(info.getReason()),
        info.getMetadataMap(),
        fields,
        precondition);
  }

  private static Optional<Precondition> precondition(PreconditionFailure failure) {
    List<String> allowed = new ArrayList<>();
    Optional<PreconditionFailure.Violation> state = Optional.empty();
    for (PreconditionFailure.Violation violation : failure.getViolationsList()) {
      if (violation.getType().equals(ALLOWED)) {
        allowed.add(violation.getDescription());
      } else if (violation.getType().equals(STATE)) {
        state = Optional.of(violation);
      }
    }
    return state.map(
        found -> new Precondition(found.getSubject(), found.getDescription(), allowed));
  }

  /** The exception that carries an error; {@link #of} reads the same error from it. */
  public static StatusRuntimeException toException(PawlError error) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.forNumber(error.code().value()).getNumber())
            .setMessage(error.message());
    error
        .reason()
        .ifPresent(
            reason ->
                status.addDetails(
                    Any.pack(
                        ErrorInfo.newBuilder()
                            .setDomain(DOMAIN)
                            .setReason(reason)
                            .putAllMetadata(error.metadata())
                            .build())));
    if (!error.fields().isEmpty()) {
      BadRequest.Builder request = BadRequest.newBuilder();
      for (FieldViolation field : error.fields()) {
        request.addFieldViolations(
            BadRequest.FieldViolation.newBuilder()
                .setField(field.path())
                .setDescription(field.message()));
      }
      status.addDetails(Any.pack(request.build()));
    }
    error.precondition().ifPresent(found -> status.addDetails(Any.pack(toProto(found))));
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static PreconditionFailure toProto(Precondition precondition) {
    PreconditionFailure.Builder failure = PreconditionFailure.newBuilder();
    failure.addViolations(violation(STATE, precondition.entity(), precondition.state()));
    for (String command : precondition.allowed()) {
      failure.addViolations(violation(ALLOWED, precondition.entity(), command));
    }
    return failure.build();
  }

  private static PreconditionFailure.Violation violation(
      String type, String subject, String description) {
    return PreconditionFailure.Violation.newBuilder()
        .setType(type)
        .setSubject(subject)
        .setDescription(description)
        .build();
  }
}
