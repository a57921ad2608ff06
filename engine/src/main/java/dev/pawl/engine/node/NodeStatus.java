package dev.pawl.engine.node;

/** Where a member of the cluster is in its life. */
public enum NodeStatus {
  JOINING,
  /** Taken in while another member cannot be reached. */
  WEAKLY_UP,
  UP,
  LEAVING,
  EXITING,
  DOWN
}
