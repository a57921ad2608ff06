package dev.pawl.engine.run;

/**
 * How many steps of a run do what.
 *
 * @param waiting not released
 * @param active released and not ended
 */
public record StepCounts(
    int total, int waiting, int active, int succeeded, int failed, int terminated, int skipped) {}
