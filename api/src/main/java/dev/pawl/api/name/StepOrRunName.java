package dev.pawl.api.name;

import java.util.Optional;

/** A run, or one step of it, as a caller names it. */
public record StepOrRunName(RunName run, Optional<String> task) {}
