package dev.pawl.engine.run;

import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.journal.Cause;
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
   * @param step the task that it is about; the whole run when empty
   */
  record Execute(
      String project,
      RunVerb verb,
      Optional<String> step,
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

  /** Where one of its executions is. */
  record Stood(Standing standing) implements RunMessage {}

  /** Something may be due: recover, and look. */
  record WakeUp() implements RunMessage {}

  /** Leave memory now, whatever is owed: what is due wakes it again. */
  record Unload() implements RunMessage {}

  /** What a run says to itself; never leaves the node. */
  sealed interface Own extends RunMessage {
    record Planned(String hash, Plan plan) implements Own {}

    record PlanFailed(String hash, Throwable cause) implements Own {}

    record PlanDue(String hash) implements Own {}

    /** Ends were collected: store them together. */
    record Flush() implements Own {}

    record DirectDue() implements Own {}

    record DeadlineDue() implements Own {}

    /** Nothing came for a while: leave memory when nothing is owed. */
    record Idle() implements Own {}
  }
}
