package dev.pawl.engine.operation;

import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import java.time.Instant;

/** One stored event of an operation. */
public record OperationFact(
    OperationEvent event, Cause cause, Instant at, String before, String after) implements Fact {}
