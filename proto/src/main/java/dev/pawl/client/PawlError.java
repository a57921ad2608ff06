package dev.pawl.client;

import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a call failed, as the server said it.
 *
 * @param code the gRPC status
 * @param message for people
 * @param reason the stable name, such as {@code RUN_NOT_FOUND}; empty when the failure is not one
 *     that Pawl's server described (a connection refused, a proxy)
 * @param metadata of the reason, such as {@code cursor} or {@code matches}
 * @param fields what is wrong with the request, in document order
 * @param precondition the state that refused the command, when the reason is such a refusal
 */
public record PawlError(
    Status.Code code,
    String message,
    Optional<String> reason,
    Map<String, String> metadata,
    List<FieldViolation> fields,
    Optional<Precondition> precondition) {
  public PawlError {
    metadata = Map.copyOf(metadata);
    fields = List.copyOf(fields);
  }

  /** A field of the request and what is wrong with it; {@code path} is in JSON names. */
  public record FieldViolation(String path, String message) {}

  /**
   * What an entity is and would accept instead.
   *
   * @param entity its resource name
   * @param state its state, without prefix
   * @param allowed the commands that it would accept now, without prefix
   */
  public record Precondition(String entity, String state, List<String> allowed) {
    public Precondition {
      allowed = List.copyOf(allowed);
    }
  }
}
