package dev.pawl.engine.run;

import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import java.time.Instant;

/** One stored event of a run. */
public record RunFact(RunEvent event, Cause cause, Instant at, String before, String after)
    implements Fact {}
