package dev.pawl.api.name;

/** An execution of a step as a caller names it. */
public record ExecutionName(StepName step, int index) {}
