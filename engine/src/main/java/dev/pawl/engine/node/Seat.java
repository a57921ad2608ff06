package dev.pawl.engine.node;

/**
 * A member of the cluster as this node sees it.
 *
 * @param address host:port that the other nodes reach it at
 * @param uid new for every start
 * @param reachable whether heartbeats of it arrive
 */
public record Seat(String address, long uid, NodeStatus status, boolean reachable) {

  /** Whether it has its place and is not on its way out. */
  boolean serves() {
    return switch (status) {
      case UP, WEAKLY_UP -> true;
      case JOINING, LEAVING, EXITING, DOWN -> false;
    };
  }

  /** Whether it can be the one that decides which node holds which shard. */
  boolean mayLead() {
    return switch (status) {
      case UP, LEAVING -> true;
      case JOINING, WEAKLY_UP, EXITING, DOWN -> false;
    };
  }
}
