package dev.pawl.engine.execution;

import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import java.time.Instant;

/** One stored event of an execution. */
public record ExecutionFact(
    ExecutionEvent event, Cause cause, Instant at, String before, String after) implements Fact {}
