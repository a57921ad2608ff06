package dev.pawl.engine.definition;

import java.time.Duration;

/**
 * How what an attempt left behind that was stopped is cleaned up.
 *
 * @param timeout of the clean-up, from its lease; and how long it waits for a worker at most
 * @param grace between the polite signal and the kill
 */
public record CleanUpPlan(Duration timeout, Duration grace) {}
