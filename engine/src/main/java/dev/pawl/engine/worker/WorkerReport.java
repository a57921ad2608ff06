package dev.pawl.engine.worker;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.execution.ExecutionId;
import java.util.Map;

/**
 * What a worker says about a lease.
 *
 * @param data what the attempt published, once it is over
 */
public record WorkerReport(
    ExecutionId execution,
    long fence,
    String token,
    Result result,
    String lastLogLine,
    AdditionalData data) {

  /** A report with which nothing is published. */
  public WorkerReport(
      ExecutionId execution, long fence, String token, Result result, String lastLogLine) {
    this(execution, fence, token, result, lastLogLine, AdditionalData.NONE);
  }

  /** How the work ended. */
  public sealed interface Result {
    /** It began; decides nothing. */
    record Started() implements Result {}

    record Succeeded(Map<String, Payload> outputs) implements Result {
      public Succeeded {
        outputs = Map.copyOf(outputs);
      }
    }

    /** {@code permanent}: no further attempt helps. */
    record Failed(String reason, String message, boolean permanent) implements Result {}

    /** It was stopped, because it was told to or because its lease lapsed. */
    record Stopped(String reason) implements Result {}
  }
}
