package dev.pawl.engine.node;

import java.time.Duration;

/**
 * Whether a node can do its work, told without asking anybody.
 *
 * @param member whether it has its place in the cluster: it joined and is not on its way out
 * @param databaseAnswers whether PostgreSQL answered it within the last seconds
 * @param feedLag how long the feed has been standing still, or is behind
 */
public record Condition(boolean member, boolean databaseAnswers, Duration feedLag) {}
