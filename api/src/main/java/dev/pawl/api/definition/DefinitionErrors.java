package dev.pawl.api.definition;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Denials;
import dev.pawl.client.PawlError.FieldViolation;
import dev.pawl.definition.Violation;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** The errors that definitions are refused with. */
public final class DefinitionErrors {
  private DefinitionErrors() {}

  /** The value, or the refusal as an error. */
  public static <T> T accepted(DefinitionId id, Answer<T, DefinitionRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<T, DefinitionRejection>(var value) -> value;
      case Answer.Refused<T, DefinitionRejection>(var rejection) -> throw toError(id, rejection);
    };
  }

  static StatusRuntimeException toError(DefinitionId id, DefinitionRejection rejection) {
    String name = id.resourceName();
    return switch (rejection) {
      case DefinitionRejection.NotFound _ -> notFound(id);
      case DefinitionRejection.NotPermitted(var wanted) -> Denials.byEntity(name, wanted);
      case DefinitionRejection.NoSuchVersion(var version, var newest) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_VERSION_NOT_FOUND,
              "%s has no version %d: the newest is %d".formatted(name, version, newest));
      case DefinitionRejection.RequestIdReused _ ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
              name + " got this request id with another body before: use a new request id");
      case DefinitionRejection.VersionMismatch(var expected, var actual) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_VERSION_MISMATCH,
              actual == 0
                  ? "%s does not exist, but expected_version is %d".formatted(name, expected)
                  : "%s is at %d, not at expected_version %d: read it again"
                      .formatted(name, actual, expected));
    };
  }

  private static StatusRuntimeException notFound(DefinitionId id) {
    return switch (id.kind()) {
      case WORKFLOW ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_WORKFLOW_NOT_FOUND,
              "project %s has no workflow %s: submit it first, with `pawl workflow apply`"
                  .formatted(id.project(), id.name()));
      case TASK ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_TASK_NOT_FOUND,
              "project %s has no task %s: submit it first, with `pawl task apply`"
                  .formatted(id.project(), id.name()));
    };
  }

  /** Every mistake of a definition, with the paths of the request's field. */
  static StatusRuntimeException invalid(DefinitionKind kind, List<Violation> violations) {
    String root =
        switch (kind) {
          case WORKFLOW -> "workflow";
          case TASK -> "task";
        };
    List<FieldViolation> fields =
        violations.stream()
            .map(
                violation ->
                    new FieldViolation(
                        violation.path().isEmpty() ? root : root + "." + violation.path(),
                        violation.message()
                            + violation
                                .suggestion()
                                .map(" (did you mean \"%s\"?)"::formatted)
                                .orElse("")))
            .toList();
    return ApiErrors.invalid(
        ErrorReason.ERROR_REASON_INVALID_DEFINITION,
        "the definition has %s; the first: %s %s"
            .formatted(
                fields.size() == 1 ? "a mistake" : fields.size() + " mistakes",
                fields.getFirst().path(),
                fields.getFirst().message()),
        fields);
  }
}
