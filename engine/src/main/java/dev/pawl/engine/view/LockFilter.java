package dev.pawl.engine.view;

import dev.pawl.engine.run.RunId;
import java.util.Optional;

/** Which locks a list shows: all conditions hold together, one that is empty holds always. */
public record LockFilter(Optional<String> scope, Optional<String> key, Optional<RunId> holder) {}
