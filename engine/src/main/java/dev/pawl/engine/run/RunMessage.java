package dev.pawl.engine.run;

import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.run.Runs.StepPage;
import dev.pawl.engine.wire.ClusterMessage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** What a run's entity is sent. */
public sealed interface RunMessage extends RunFamily {

  /** An answer that carries a run's head. */
  record HeadAnswer(Answer<RunHead, RunRejection> answer) implements ClusterMessage {}

  /** An answer that carries steps. */
  record StepsAnswer(Answer<StepPage, RunRejection> answer) implements ClusterMessage {}

  /**
   * Start, or only check a start.
   *
   * @param rights of the caller
   */
  record Start(
      RunHeader header, String reason, Rights rights, boolean dryRun, ActorRef<HeadAnswer> replyTo)
      implements RunMessage {}

  /**
   * A command of a caller.
   *
   * @param step the one that it is about; the whole run when empty
   * @param until when a pause ends by itself; empty for everything else
   */
  record Execute(
      String project,
      RunVerb verb,
      Optional<StepRef> step,
      Optional<Instant> until,
      Cause.Command cause,
      OptionalLong expectedSequence,
      boolean dryRun,
      ActorRef<HeadAnswer> replyTo)
      implements RunMessage {}

  record Describe(String project, ActorRef<HeadAnswer> replyTo) implements RunMessage {}

  /** Answered when the run has ended; not at all when it has not by {@code until}. */
  record Await(String project, Instant until, ActorRef<HeadAnswer> replyTo) implements RunMessage {}

  record ListSteps(
      String project,
      int fromIndex,
      int size,
      Set<StepStatus> statuses,
      ActorRef<StepsAnswer> replyTo)
      implements RunMessage {}

  record DescribeStep(String project, String task, ActorRef<StepsAnswer> replyTo)
      implements RunMessage {}

  /**
   * Why is it where it is?
   *
   * @param step the one that is asked about; the run itself when empty
   */
  record Explain(String project, Optional<StepRef> step, ActorRef<Explained> replyTo)
      implements RunMessage {}

  /** An answer that carries reasons. */
  record Explained(Answer<Explanation, RunRejection> answer) implements ClusterMessage {}

  /** Which step is wanted? */
  record Locate(String project, Runs.Sought sought, ActorRef<Located> replyTo)
      implements RunMessage {}

  /** An answer that carries a step that was looked for. */
  record Located(Answer<Runs.Location, RunRejection> answer) implements ClusterMessage {}

  /** Where one of its executions is. */
  record Stood(Standing standing) implements RunMessage {}

  /** Something may be due: recover, and look. */
  record WakeUp() implements RunMessage {}

  /** Leave memory now, whatever is owed: what is due wakes it again. */
  record Unload() implements RunMessage {}

  /** What is said between a run and the locks that it takes. */
  sealed interface OfLocks extends RunMessage {}

  /**
   * Whether it has what it asked of one scope.
   *
   * @param question that is answered
   */
  record LocksAnswered(LockId scope, long question, Optional<LockRejection> refusal)
      implements OfLocks {}

  /** What it held of a scope it holds no more. */
  record LocksLetGo(LockId scope, long version) implements OfLocks {}

  /** Does it hold what it took of a scope? */
  record LocksAsked(LockId scope, long question, ActorRef<LockMessage> replyTo)
      implements OfLocks {}

  /**
   * A lock was taken away from it; repeated until it says that it has heard.
   *
   * @param version of the run, once it had begun or gone on with the lock
   * @param number of the loss
   */
  record LockTaken(
      LockName lock,
      long version,
      long number,
      String by,
      String reason,
      ActorRef<LockMessage> replyTo)
      implements OfLocks {}

  /** What a run says to itself; never leaves the node. */
  sealed interface Own extends RunMessage {
    record Planned(String hash, Plan plan) implements Own {}

    record PlanFailed(String hash, Throwable cause) implements Own {}

    record PlanDue(String hash) implements Own {}

    /** Ends were collected: store them together. */
    record Flush() implements Own {}

    record DirectDue() implements Own {}

    record DeadlineDue() implements Own {}

    /** A pause ends by itself. */
    record PauseOver() implements Own {}

    /** Time to repeat what was said to locks, or to go on with what waited for them. */
    record LocksDue() implements Own {}

    /** Nothing came for a while: leave memory when nothing is owed. */
    record Idle() implements Own {}
  }
}
