package dev.pawl.api.name;

/** A step of a run as a caller names it. */
public record StepName(RunName run, String task) {}
