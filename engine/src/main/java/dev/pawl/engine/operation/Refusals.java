package dev.pawl.engine.operation;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunRejection;
import java.util.List;
import java.util.stream.Collectors;

/** A run's answer to a command as the result of an item. */
public final class Refusals {
  private Refusals() {}

  /** What the item of this index was answered with. */
  public static ItemResult result(int index, Answer<RunHead, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<RunHead, RunRejection>(var head) ->
          new ItemResult(
              index,
              head.changed() ? ItemOutcome.ACCEPTED : ItemOutcome.UNCHANGED,
              head.status().name(),
              "",
              "");
      case Answer.Refused<RunHead, RunRejection>(var rejection) ->
          new ItemResult(index, ItemOutcome.REFUSED, "", reason(rejection), message(rejection));
    };
  }

  /** The stable reason, as errors of single commands have it. */
  private static String reason(RunRejection rejection) {
    return switch (rejection) {
      case RunRejection.NotFound _ -> "RUN_NOT_FOUND";
      case RunRejection.StepNotFound _ -> "STEP_NOT_FOUND";
      case RunRejection.StepConflict _ -> "STEP_STATE_CONFLICT";
      case RunRejection.StateConflict _ -> "RUN_STATE_CONFLICT";
      case RunRejection.RequestIdReused _ -> "REQUEST_ID_REUSED";
      case RunRejection.VersionMismatch _ -> "VERSION_MISMATCH";
      case RunRejection.InvalidParameters _ -> "INVALID_PARAMETERS";
    };
  }

  private static String message(RunRejection rejection) {
    return switch (rejection) {
      case RunRejection.NotFound _ -> "no run of the project has this id";
      case RunRejection.StepNotFound(var step) -> "it has no step " + step;
      case RunRejection.StepConflict conflict ->
          "step %s: %s".formatted(conflict.step(), conflict.why());
      case RunRejection.StateConflict conflict ->
          "%s; it would accept %s".formatted(conflict.why(), list(conflict.allowed()));
      case RunRejection.RequestIdReused _ -> "it got this request id with another body before";
      case RunRejection.VersionMismatch mismatch ->
          "it is at %d, not at %d".formatted(mismatch.actual(), mismatch.expected());
      case RunRejection.InvalidParameters _ -> "its parameters do not fit its definition";
    };
  }

  private static String list(List<RunVerb> verbs) {
    return verbs.isEmpty()
        ? "no command"
        : verbs.stream().map(RunVerb::name).collect(Collectors.joining(", "));
  }
}
