package dev.pawl.api.lock;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Denials;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.run.RunId;
import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** The errors that locks are refused with, or that refuse a run for the sake of a lock. */
public final class LockErrors {
  private LockErrors() {}

  /** The value, or the refusal as an error. */
  static <T> T accepted(String project, Answer<T, LockRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<T, LockRejection>(var value) -> value;
      case Answer.Refused<T, LockRejection>(var rejection) -> throw toError(project, rejection);
    };
  }

  /** The refusal as an error. */
  public static StatusRuntimeException toError(String project, LockRejection rejection) {
    return switch (rejection) {
      case LockRejection.Held held -> held(project, held);
      case LockRejection.Superseded(var wanted, var by) -> {
        Map<String, String> metadata = metadata(wanted);
        by.ifPresent(run -> metadata.put("holder", ResourceNames.ofRun(project, run)));
        yield ApiErrors.of(
            ErrorReason.ERROR_REASON_LOCK_SUPERSEDED,
            "the run no longer holds the %s, and %s has had it since: what it did may have been undone or changed, so it cannot go on; start a new run"
                .formatted(
                    shown(wanted), by.map(run -> "run " + run).orElse("perhaps another run")),
            metadata);
      }
      case LockRejection.NotHeld(var lock) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_LOCK_NOT_FOUND,
              "nobody holds the %s: see what is held with `pawl lock list`".formatted(shown(lock)),
              metadata(lock));
      case LockRejection.NotFound(var lock) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_LOCK_NOT_FOUND,
              "nobody is known to have held the %s: see what is held with `pawl lock list`"
                  .formatted(shown(lock)),
              metadata(lock));
      case LockRejection.NotPermitted(var wanted) ->
          Denials.byEntity("a lock of project " + project, wanted);
      case LockRejection.RequestIdReused _ ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
              "these locks got this request id with another body before: use a new request id");
      case LockRejection.VersionMismatch(var lock, var expected, var actual) ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_VERSION_MISMATCH,
              "the %s is at %d, not at expected_version %d: it was taken again since, look who holds it"
                  .formatted(shown(lock), actual, expected));
    };
  }

  private static StatusRuntimeException held(String project, LockRejection.Held held) {
    Map<String, String> metadata = metadata(held.held());
    metadata.put("holder", ResourceNames.ofRun(project, held.holder()));
    metadata.put("initiator", held.initiator());
    metadata.put("since", held.since().toString());
    String needed =
        held.held().equals(held.wanted()) ? "" : ", and the run needs the " + shown(held.wanted());
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_LOCK_HELD,
        "run %s holds the %s, started by %s, since %s%s: wait for it, or see what it does with `pawl run get %s`"
            .formatted(
                held.holder(),
                shown(held.held()),
                held.initiator().isEmpty() ? "somebody unknown" : held.initiator(),
                held.since().truncatedTo(ChronoUnit.SECONDS),
                needed,
                shortId(held.holder())),
        metadata);
  }

  private static Map<String, String> metadata(LockName lock) {
    Map<String, String> metadata = new HashMap<>();
    metadata.put("scope", lock.scope());
    lock.key().ifPresent(key -> metadata.put("key", key));
    return metadata;
  }

  private static String shown(LockName lock) {
    return lock.key()
        .map(key -> "%s lock of %s".formatted(lock.scope(), ResourceNames.quote(key)))
        .orElse("global %s lock".formatted(lock.scope()));
  }

  private static String shortId(RunId run) {
    return run.value().substring(Math.max(0, run.value().length() - 8));
  }
}
