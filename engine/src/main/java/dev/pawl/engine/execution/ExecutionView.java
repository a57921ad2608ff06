package dev.pawl.engine.execution;

import dev.pawl.engine.content.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An execution as its owner answers it: with its attempts, oldest first, the newest 100. */
public record ExecutionView(
    ExecutionId id,
    ExecutionStatus status,
    String reason,
    String message,
    List<AttemptView> attempts,
    Optional<Instant> nextAttemptAt,
    Map<String, Payload> outputs,
    long sequence) {

  public ExecutionView {
    attempts = List.copyOf(attempts);
    outputs = Map.copyOf(outputs);
  }
}
