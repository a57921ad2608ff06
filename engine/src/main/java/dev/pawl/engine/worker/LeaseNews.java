package dev.pawl.engine.worker;

import dev.pawl.engine.wire.ClusterMessage;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;

/** What an execution hears of a lease that it gave. */
public sealed interface LeaseNews extends ClusterMessage {

  /** The fence that this is about. */
  long fence();

  /** The worker is connected (again) and has the lease. */
  record Held(long fence, String incarnation, ActorRef<SessionMessage> session)
      implements LeaseNews {}

  /** The same process of the worker is connected and never got the lease: send it again. */
  record Missing(long fence, String incarnation, ActorRef<SessionMessage> session)
      implements LeaseNews {}

  /** Another process of the worker is connected: the one that had the lease is gone. */
  record Gone(long fence, String incarnation) implements LeaseNews {}

  /** The worker's last heartbeat was so long ago. */
  record Alive(long fence, Duration age) implements LeaseNews {}
}
