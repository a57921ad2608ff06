package dev.pawl.engine.definition;

/**
 * Another system, to which the runs of a definition belong (OBS-38).
 *
 * @param system as people call it
 * @param principal by which it calls: the only one who may start its runs and command them
 */
public record ManagedBy(String system, String principal) {}
