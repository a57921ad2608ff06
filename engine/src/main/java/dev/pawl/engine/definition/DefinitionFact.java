package dev.pawl.engine.definition;

import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import java.time.Instant;

/** One stored event of a workflow or of a task that stands alone. */
public record DefinitionFact(
    DefinitionEvent event, Cause cause, Instant at, String before, String after) implements Fact {}
