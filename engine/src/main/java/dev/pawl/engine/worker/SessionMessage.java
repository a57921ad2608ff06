package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.wire.ClusterMessage;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What a worker's session is told. */
public sealed interface SessionMessage extends ClusterMessage {

  /** The group has taken the worker in. */
  record Joined() implements SessionMessage {}

  /** Another live process uses the worker's id. */
  record Refused(String message) implements SessionMessage {}

  /**
   * The group offers the worker nothing any more, and no offer is open.
   *
   * @param leases what the worker has, or will have once it has come
   */
  record Drained(List<WorkerHello.Held> leases) implements SessionMessage {
    public Drained {
      leases = List.copyOf(leases);
    }
  }

  /** A lease that is stored: hand it to the worker. */
  record Deliver(WorkerLease lease) implements SessionMessage {}

  /** A report was taken in, or is of an old fence. */
  record Acknowledge(ExecutionId execution, long fence, boolean stale) implements SessionMessage {}

  /** Tell the worker to stop. */
  record StopWork(ExecutionId execution, long fence, Duration grace, boolean force, boolean drop)
      implements SessionMessage {}

  /** How long is the worker's last heartbeat ago? Not answered when it has not the lease. */
  record AskAlive(ExecutionId execution, long fence, ActorRef<LeaseNews> replyTo)
      implements SessionMessage {}

  /** The node is leaving. */
  record Close() implements SessionMessage {}

  /** What came on the stream. */
  sealed interface FromWorker extends SessionMessage {
    record Reported(WorkerReport report) implements FromWorker {}

    record Heartbeat() implements FromWorker {}

    record Draining() implements FromWorker {}

    record Disconnected() implements FromWorker {}
  }

  /** The group does not know the session: it lost its memory. */
  record Rejoin() implements SessionMessage {}

  /** A group was born somewhere; it may be this session's. */
  record GroupBorn(String group) implements SessionMessage {}

  /** The group has not answered yet. */
  record JoinDue() implements SessionMessage {}

  /** Not all that the worker was offered before it drained has come. */
  record DrainDue() implements SessionMessage {}

  /** Time to look when the last heartbeat was. */
  record HeartbeatDue() implements SessionMessage {}
}
