package dev.pawl.engine.lock;

import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import java.time.Instant;

/** One stored event of the locks of a scope. */
public record LockFact(LockEvent event, Cause cause, Instant at, String before, String after)
    implements Fact {}
