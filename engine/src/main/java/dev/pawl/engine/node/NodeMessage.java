package dev.pawl.engine.node;

import dev.pawl.engine.wire.ClusterMessage;
import org.apache.pekko.actor.typed.ActorRef;

/** What the reporter of a node is told. */
public sealed interface NodeMessage extends ClusterMessage {

  /** How are you? */
  record Describe(ActorRef<NodeReport> replyTo) implements NodeMessage {}
}
