package dev.pawl.engine.cluster;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Whether this node may answer callers. */
public interface Membership {

  /**
   * Whether the node is a member and knew so a moment ago. A process that stood still for a while
   * does not know: others may have taken over what it holds in memory.
   */
  boolean fit();

  /** Why the node may not answer now; empty when it may. */
  Optional<String> doubt();

  /**
   * Completes, with the reason, when the node has lost its membership for good: it must begin anew.
   */
  CompletionStage<String> lost();
}
