package dev.pawl.engine.node;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the views are, as a node knows it.
 *
 * @param projecting whether it is the one that writes them
 * @param lag they show everything that is older than this; empty when it is not known yet
 */
public record ViewLoad(boolean projecting, Optional<Duration> lag) {}
