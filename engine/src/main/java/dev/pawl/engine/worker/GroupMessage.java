package dev.pawl.engine.worker;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.wire.ClusterMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What a worker group is told. */
public sealed interface GroupMessage extends ClusterMessage {

  /**
   * A worker is connected. Repeated until the session hears that it joined, or is refused.
   *
   * @param again whether the session was in the group before
   * @param draining whether the worker takes no more leases
   */
  record Join(ActorRef<SessionMessage> session, WorkerHello hello, boolean again, boolean draining)
      implements GroupMessage {}

  /** The session's stream is gone. */
  record Leave(ActorRef<SessionMessage> session, String worker) implements GroupMessage {}

  /**
   * The worker's heartbeat came.
   *
   * @param held how many leases it has, as its session knows
   */
  record Beat(ActorRef<SessionMessage> session, String worker, int held) implements GroupMessage {}

  /** The worker takes no more leases. Repeated until the session hears that none is on its way. */
  record Drain(ActorRef<SessionMessage> session, String worker) implements GroupMessage {}

  /**
   * An execution waits for a slot. Repeated until it is offered one.
   *
   * @param since when it began to wait
   */
  record Wait(ExecutionId execution, Placement placement, Instant since, ActorRef<Offer> replyTo)
      implements GroupMessage {}

  /** It waits no more. */
  record Withdraw(ExecutionId execution) implements GroupMessage {}

  /** The offer was taken: the slot is busy until it is freed. */
  record Taken(ExecutionId execution, long offer, long fence, String worker, String incarnation)
      implements GroupMessage {}

  /** The offer was not taken. */
  record Declined(ExecutionId execution, long offer) implements GroupMessage {}

  /** The lease has ended: its slot is free. */
  record Freed(ExecutionId execution, long fence, String worker) implements GroupMessage {}

  /** A recovered execution asks what became of its lease. */
  record Attach(ExecutionId execution, long fence, String worker, String incarnation)
      implements GroupMessage {}

  /** Who is connected? */
  record Describe(ActorRef<Members> replyTo) implements GroupMessage {}

  /** How much waits, and how many slots are there for it? */
  record DescribeLoad(ActorRef<GroupLoad> replyTo) implements GroupMessage {}

  /**
   * What stands between an execution and a slot?
   *
   * @param only the one worker that may take it; empty when any may
   */
  record DescribePlace(ExecutionId execution, Optional<String> only, ActorRef<GroupPlace> replyTo)
      implements GroupMessage {}

  /** What a group says to itself; never leaves the node. */
  sealed interface Own extends GroupMessage {
    /** Let the other nodes know that this group lives here. */
    record NewsDue() implements Own {}

    /** Nobody speaks of an earlier life of this group any more. */
    record NoLongerYoung() implements Own {}

    /** Whoever knows of an earlier life has had time to say so. */
    record Settled() implements Own {}
  }

  /** The workers of a group. */
  record Members(List<WorkerRow> workers) implements ClusterMessage {
    public Members {
      workers = List.copyOf(workers);
    }
  }
}
