package dev.pawl.engine.execution;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An execution as its owner answers it: with its attempts, oldest first, the newest 100.
 *
 * @param data what the attempts of its round published, together
 */
public record ExecutionView(
    ExecutionId id,
    ExecutionStatus status,
    String reason,
    String message,
    List<AttemptView> attempts,
    Optional<Instant> nextAttemptAt,
    Map<String, Payload> outputs,
    long sequence,
    AdditionalData data) {

  public ExecutionView {
    attempts = List.copyOf(attempts);
    outputs = Map.copyOf(outputs);
  }

  /** One with which nothing was published. */
  public ExecutionView(
      ExecutionId id,
      ExecutionStatus status,
      String reason,
      String message,
      List<AttemptView> attempts,
      Optional<Instant> nextAttemptAt,
      Map<String, Payload> outputs,
      long sequence) {
    this(
        id,
        status,
        reason,
        message,
        attempts,
        nextAttemptAt,
        outputs,
        sequence,
        AdditionalData.NONE);
  }

  /** The same with what was published. */
  public ExecutionView publishing(AdditionalData published) {
    return new ExecutionView(
        id, status, reason, message, attempts, nextAttemptAt, outputs, sequence, published);
  }
}
