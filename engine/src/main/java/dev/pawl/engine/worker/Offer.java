package dev.pawl.engine.worker;

import dev.pawl.engine.wire.ClusterMessage;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A free slot, offered to an execution that waits: taken or declined, with its number.
 *
 * @param session where the lease is sent once it is stored
 */
public record Offer(
    long number, ActorRef<SessionMessage> session, String worker, String incarnation)
    implements ClusterMessage {}
