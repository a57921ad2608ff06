package dev.pawl.engine.run;

import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.lock.LockRejection;
import java.util.List;
import java.util.stream.Collectors;

/** What runs say when they refuse, where no error of a call carries it. */
public final class RefusalText {
  /** As much as a worker may say of a failure. */
  private static final int MOST_CHARS = 2_048;

  private static final String CUT = " ...";

  private RefusalText() {}

  /** The stable reason, as errors of single commands have it. */
  public static String reason(RunRejection rejection) {
    return switch (rejection) {
      case RunRejection.NotFound _ -> "RUN_NOT_FOUND";
      case RunRejection.StepNotFound _ -> "STEP_NOT_FOUND";
      case RunRejection.StepConflict _ -> "STEP_STATE_CONFLICT";
      case RunRejection.StateConflict _ -> "RUN_STATE_CONFLICT";
      case RunRejection.ManagedElsewhere _ -> "MANAGED_ELSEWHERE";
      case RunRejection.RequestIdReused _ -> "REQUEST_ID_REUSED";
      case RunRejection.VersionMismatch _ -> "VERSION_MISMATCH";
      case RunRejection.InvalidParameters _ -> "INVALID_PARAMETERS";
      case RunRejection.UntilPassed _ -> "INVALID_FIELD";
      case RunRejection.NotPermitted _ -> "PERMISSION_DENIED";
      case RunRejection.LockRefused(var why) -> reason(why);
      case RunRejection.LockHeldAbove(var held) -> reason(held);
    };
  }

  /** Why, in words, of at most 2,048 characters; "it" is the run. */
  public static String message(RunRejection rejection) {
    String whole = whole(rejection);
    if (whole.length() <= MOST_CHARS) {
      return whole;
    }
    int end = MOST_CHARS - CUT.length();
    return whole.substring(0, Character.isHighSurrogate(whole.charAt(end - 1)) ? end - 1 : end)
        + CUT;
  }

  private static String whole(RunRejection rejection) {
    return switch (rejection) {
      case RunRejection.NotFound _ -> "no run of the project has this id";
      case RunRejection.ManagedElsewhere(var system) -> "it belongs to " + system;
      case RunRejection.StepNotFound(var step) -> "it has no step " + step.task();
      case RunRejection.StepConflict conflict ->
          "step %s: %s".formatted(conflict.step(), conflict.why());
      case RunRejection.StateConflict conflict ->
          "%s; it would accept %s".formatted(conflict.why(), list(conflict.allowed()));
      case RunRejection.RequestIdReused _ -> "it got this request id with another body before";
      case RunRejection.VersionMismatch mismatch ->
          "it is at %d, not at %d".formatted(mismatch.actual(), mismatch.expected());
      case RunRejection.InvalidParameters(var mistakes) ->
          "its parameters do not fit its definition: "
              + mistakes.stream()
                  .map(mistake -> mistake.parameter() + ": " + mistake.message())
                  .collect(Collectors.joining("; "));
      case RunRejection.UntilPassed(var until, _) -> "its pause would have ended at " + until;
      case RunRejection.NotPermitted(var wanted) -> "the caller has no permission " + wanted;
      case RunRejection.LockRefused(var why) -> message(why);
      case RunRejection.LockHeldAbove(var held) ->
          "run %s, whose step starts it, holds %s until it ends itself: only one of the two workflows can have this lock"
              .formatted(held.holder(), held.held());
    };
  }

  private static String reason(LockRejection rejection) {
    return switch (rejection) {
      case LockRejection.Held _ -> "LOCK_HELD";
      case LockRejection.Superseded _ -> "LOCK_SUPERSEDED";
      case LockRejection.NotHeld _, LockRejection.NotFound _ -> "LOCK_NOT_FOUND";
      case LockRejection.NotPermitted _ -> "PERMISSION_DENIED";
      case LockRejection.RequestIdReused _ -> "REQUEST_ID_REUSED";
      case LockRejection.VersionMismatch _ -> "VERSION_MISMATCH";
    };
  }

  private static String message(LockRejection rejection) {
    return switch (rejection) {
      case LockRejection.Held held ->
          "run %s, begun by %s, holds %s since %s"
              .formatted(held.holder(), held.initiator(), held.held(), held.since());
      case LockRejection.Superseded(var wanted, var by) ->
          "another run%s has had %s since"
              .formatted(by.map(run -> " (" + run + ")").orElse(""), wanted);
      case LockRejection.NotHeld(var lock) -> "nobody holds " + lock;
      case LockRejection.NotFound(var lock) -> "nobody has held " + lock;
      case LockRejection.NotPermitted(var wanted) -> "the caller has no permission " + wanted;
      case LockRejection.RequestIdReused _ -> "it got this request id with another body before";
      case LockRejection.VersionMismatch(var lock, var expected, var actual) ->
          "%s is at %d, not at %d".formatted(lock, actual, expected);
    };
  }

  private static String list(List<RunVerb> verbs) {
    return verbs.isEmpty()
        ? "no command"
        : verbs.stream().map(RunVerb::name).collect(Collectors.joining(", "));
  }
}
