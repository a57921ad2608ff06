package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.wire.ClusterMessage;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;

/** What a worker's session is told. */
public sealed interface SessionMessage extends ClusterMessage {

  /** The group has taken the worker in. */
  record Joined() implements SessionMessage {}

  /** Another live process uses the worker's id. */
  record Refused(String message) implements SessionMessage {}

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

  /** Time to look when the last heartbeat was. */
  record HeartbeatDue() implements SessionMessage {}
}
