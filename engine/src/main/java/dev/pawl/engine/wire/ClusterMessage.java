package dev.pawl.engine.wire;

/** A message that may cross from one node to another. */
public interface ClusterMessage {}
