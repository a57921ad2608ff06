package dev.pawl.api.run;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Denials;
import dev.pawl.api.lock.LockErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.client.PawlError.FieldViolation;
import dev.pawl.client.PawlError.Precondition;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.stream.Collectors;

/** The errors that runs are refused with. */
public final class RunErrors {
  private RunErrors() {}

  /** The value, or the refusal as an error. */
  public static <T> T accepted(String project, RunId id, Answer<T, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<T, RunRejection>(var value) -> value;
      case Answer.Refused<T, RunRejection>(var rejection) -> throw toError(project, id, rejection);
    };
  }

  static StatusRuntimeException toError(String project, RunId id, RunRejection rejection) {
    String name = ResourceNames.ofRun(project, id);
    return switch (rejection) {
      case RunRejection.NotFound _ -> RunLookup.notFound(project, id.value());
      case RunRejection.StateConflict(var verb, var status, var allowed, var why) ->
          ApiErrors.conflict(
              ErrorReason.ERROR_REASON_RUN_STATE_CONFLICT,
              "the run refuses %s: %s; it would accept %s".formatted(verb, why, list(allowed)),
              new Precondition(name, status.name(), names(allowed)));
      case RunRejection.StepConflict(var step, var verb, var status, var why, var allowed) ->
          ApiErrors.conflict(
              ErrorReason.ERROR_REASON_STEP_STATE_CONFLICT,
              "step %s refuses %s: %s; it would accept %s"
                  .formatted(step, verb, why, list(allowed)),
              new Precondition(
                  ResourceNames.ofStep(project, id, step), status.name(), names(allowed)));
      case RunRejection.ManagedElsewhere(var system) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_MANAGED_ELSEWHERE,
              "%s belongs to %s: it is read-only here, command it there".formatted(name, system));
      case RunRejection.NotPermitted(var wanted) -> Denials.byEntity(name, wanted);
      case RunRejection.StepNotFound(var step) ->
          step.execution().isPresent()
              ? executionNotFound(
                  name + "/taskRuns/" + step.task() + "/executions/" + step.execution().getAsInt())
              : stepNotFound(id, step.task());
      case RunRejection.RequestIdReused _ ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
              name + " got this request id with another body before: use a new request id");
      case RunRejection.VersionMismatch(var expected, var actual) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_VERSION_MISMATCH,
              "%s is at %d, not at expected_version %d: read it again"
                  .formatted(name, actual, expected));
      case RunRejection.InvalidParameters(var mistakes) -> invalidParameters(mistakes);
      case RunRejection.UntilPassed(var until, var now) ->
          ApiErrors.invalidField(
              "until", "is %s; must be later than now, %s".formatted(until, now));
      case RunRejection.LockRefused(var why) -> LockErrors.toError(project, why);
      case RunRejection.LockHeldAbove(var held) -> LockErrors.toError(project, held);
    };
  }

  /** No execution has this name. */
  static StatusRuntimeException executionNotFound(String name) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_EXECUTION_NOT_FOUND,
        name + " does not exist: the step has no such execution, or it was not released yet");
  }

  /** A run has no step of this name. */
  static StatusRuntimeException stepNotFound(RunId id, String step) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_STEP_NOT_FOUND,
        "run %s has no step %s: see its steps with `pawl step list`"
            .formatted(id, ResourceNames.quote(step)));
  }

  private static List<String> names(List<RunVerb> verbs) {
    return verbs.stream().map(RunVerb::name).toList();
  }

  private static String list(List<RunVerb> verbs) {
    return verbs.isEmpty() ? "no command" : String.join(", ", names(verbs));
  }

  /** Every mistake of a start's parameters. */
  static StatusRuntimeException invalidParameters(List<RunRejection.Mistake> mistakes) {
    List<FieldViolation> fields =
        mistakes.stream()
            .map(mistake -> new FieldViolation("parameters." + shown(mistake), mistake.message()))
            .toList();
    return ApiErrors.invalid(
        ErrorReason.ERROR_REASON_INVALID_PARAMETERS,
        "the parameters do not fit the definition: "
            + mistakes.stream()
                .limit(3)
                .map(mistake -> shown(mistake) + " " + mistake.message())
                .collect(Collectors.joining("; ")),
        fields);
  }

  private static String shown(RunRejection.Mistake mistake) {
    return mistake.parameter().matches("[a-z][a-z0-9_]{0,62}")
        ? mistake.parameter()
        : ResourceNames.quote(mistake.parameter());
  }
}
