package dev.pawl.engine.execution;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.run.RunFamily;
import dev.pawl.engine.wire.ClusterMessage;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.Offer;
import dev.pawl.engine.worker.SessionMessage;
import dev.pawl.engine.worker.WorkerReport;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What an execution's entity is sent. */
public sealed interface ExecutionMessage extends RunFamily {

  /** What its run wants. Answered with a standing. */
  record Direct(Directive directive) implements ExecutionMessage {}

  /** The run has stored how it ended. */
  record Recorded() implements ExecutionMessage {}

  /** A free slot. */
  record Offered(Offer offer) implements ExecutionMessage {}

  /** What a worker says, with the session to answer. */
  record Reported(WorkerReport report, ActorRef<SessionMessage> session)
      implements ExecutionMessage {}

  /** What became of a lease. */
  record Heard(LeaseNews news) implements ExecutionMessage {}

  /** Something may be due: recover, and look. */
  record WakeUp() implements ExecutionMessage {}

  /** Leave memory now, whatever is owed: what is due wakes it again. */
  record Unload() implements ExecutionMessage {}

  record Describe(ActorRef<Description> replyTo) implements ExecutionMessage {}

  /** Empty when nothing is stored of it. */
  record Description(Optional<ExecutionView> view) implements ClusterMessage {}

  /** Why is it where it is? */
  record Explain(ActorRef<Explained> replyTo) implements ExecutionMessage {}

  /** No reasons when only its run can explain where it is. */
  record Explained(List<Reason> reasons) implements ClusterMessage {
    public Explained {
      reasons = List.copyOf(reasons);
    }
  }

  /** What an execution says to itself; never leaves the node. */
  sealed interface Own extends ExecutionMessage {
    record Planned(Plan plan) implements Own {}

    record PlanFailed(Throwable cause) implements Own {}

    record PlanDue() implements Own {}

    /** Time to ask the group for a slot (again). */
    record WaitDue() implements Own {}

    /** The group lives anew and knows nothing of this execution. */
    record GroupBorn() implements Own {}

    record LeaseCheckDue() implements Own {}

    record LeaseUnanswered(long fence) implements Own {}

    record AttemptOver(long fence) implements Own {}

    record StopOver(long fence) implements Own {}

    /** No worker was found for a clean-up. */
    record CleanUpOver(long fence) implements Own {}

    /** What follows a run that it started lives no more. */
    record SubRunGone(long fence) implements Own {}

    /** The run that it started lets nothing begin any more, or was never started. */
    record SubRunHalted(long fence) implements Own {}

    /** The run has not answered yet. */
    record TellRunDue() implements Own {}

    /** Nothing came for a while: leave memory when nothing is owed. */
    record Idle() implements Own {}
  }
}
