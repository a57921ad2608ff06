package dev.pawl.engine.run;

import dev.pawl.engine.wire.ClusterMessage;

/**
 * A message to a run or to one of its executions: they are one sharded type, so that a run and its
 * executions live on one node.
 */
public interface RunFamily extends ClusterMessage {}
