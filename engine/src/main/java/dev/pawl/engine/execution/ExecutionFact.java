package dev.pawl.engine.execution;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import java.time.Instant;

/**
 * One stored event of an execution.
 *
 * @param data what the attempt published that this ends
 */
public record ExecutionFact(
    ExecutionEvent event, Cause cause, Instant at, String before, String after, AdditionalData data)
    implements Fact {

  /** One with which nothing was published. */
  public ExecutionFact(ExecutionEvent event, Cause cause, Instant at, String before, String after) {
    this(event, cause, at, before, after, AdditionalData.NONE);
  }
}
