package dev.pawl.api.call;

import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.decider.TooWide;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a caller is told about a failure that no answer names. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /**
   * The error that a caller gets. What is not expected is a bug: it is logged here, once, under a
   * trace that the caller can quote.
   */
  public static StatusRuntimeException of(Throwable failure) {
    Throwable cause = unwrap(failure);
    return switch (cause) {
      case StatusRuntimeException status -> status;
      case Unavailable _, TimeoutException _ ->
          ApiErrors.unavailable(
              ErrorReason.ERROR_REASON_UNAVAILABLE,
              "no answer in time, the outcome is unknown: send the same request again");
      case Overloaded _ ->
          ApiErrors.of(
              ErrorReason.ERROR_REASON_OVERLOADED,
              "too many commands wait for an answer: wait a moment and send the request again");
      case TooWide wide ->
          ApiErrors.of(ErrorReason.ERROR_REASON_FILTER_TOO_WIDE, String.valueOf(wide.getMessage()));
      default -> {
        String trace = Long.toHexString(ThreadLocalRandom.current().nextLong());
        LOG.error("a call failed unexpectedly, trace {}", trace, cause);
        yield ApiErrors.of(
            ErrorReason.ERROR_REASON_INTERNAL,
            "the server failed unexpectedly; its log has the details under trace " + trace,
            Map.of("trace", trace));
      }
    };
  }

  /** What made a stage fail, out of the wrappers that stages put around it. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Whether the failure says that the outcome is unknown, or that too much waits already. */
  public static boolean isPassing(Throwable failure) {
    Throwable cause = unwrap(failure);
    return cause instanceof Unavailable
        || cause instanceof Overloaded
        || cause instanceof TimeoutException
        || (cause instanceof StatusRuntimeException status
            && status.getStatus().getCode() == Status.Code.UNAVAILABLE);
  }
}
