package dev.pawl.engine.execution;

import dev.pawl.engine.content.Payload;
import java.util.Map;

/**
 * What an execution does, complete: stored with its first event.
 *
 * @param project the run's project
 * @param definitionHash names the pinned content
 * @param taskIndex the task's place in the plan
 * @param traceparent W3C trace context of the run; may be empty
 */
public record WorkSpec(
    String project,
    String definitionHash,
    int taskIndex,
    Map<String, Payload> inputs,
    String traceparent) {

  public WorkSpec {
    inputs = Map.copyOf(inputs);
  }
}
