package dev.pawl.engine.lock;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunMessage;
import dev.pawl.engine.wire.ClusterMessage;
import java.util.List;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What the entity of a scope's locks is sent. */
public sealed interface LockMessage extends ClusterMessage {

  /** An answer about one lock. */
  record ViewAnswer(Answer<LockView, LockRejection> answer) implements ClusterMessage {}

  /**
   * A run wants all of these, or none; repeated until it is answered.
   *
   * @param question comes back with the answer
   * @param dryRun asks only whether it could have them
   */
  record Take(
      LockId scope,
      RunId run,
      long version,
      String initiator,
      List<LockName> locks,
      boolean goingOn,
      long question,
      boolean dryRun,
      ActorRef<RunMessage> replyTo)
      implements LockMessage {
    public Take {
      locks = List.copyOf(locks);
    }
  }

  /** A run is done with what it holds; repeated until it is answered. */
  record LetGo(LockId scope, RunId run, long version, ActorRef<RunMessage> replyTo)
      implements LockMessage {}

  /**
   * A run says whether it holds what it took.
   *
   * @param lost what it does not hold in any case: it was taken away, and the run has not gone on
   */
  record Holding(RunId run, long question, boolean holds, List<LockName> lost)
      implements LockMessage {
    // A node of an earlier version does not say what was lost.
    public Holding(RunId run, long question, boolean holds, @Nullable List<LockName> lost) {
      this.run = run;
      this.question = question;
      this.holds = holds;
      this.lost = lost == null ? List.of() : List.copyOf(lost);
    }
  }

  /** A run may hold what it has no use for: it is to be asked. */
  record Doubt(RunId run) implements LockMessage {}

  /** A run has heard that a lock was taken from it. */
  record LossHeard(RunId run, long number) implements LockMessage {}

  /** A caller takes a lock from its holder, or asks whether it could. */
  record Force(
      LockName lock,
      Cause.Command cause,
      OptionalLong expected,
      boolean dryRun,
      ActorRef<ViewAnswer> replyTo)
      implements LockMessage {}

  record Describe(LockName lock, ActorRef<ViewAnswer> replyTo) implements LockMessage {}

  /** Something may be due: recover, and look. */
  record WakeUp() implements LockMessage {}

  /** What the entity says to itself; never leaves the node. */
  sealed interface Own extends LockMessage {

    /** Time to ask holders that have not been heard of, and to repeat what was not. */
    record LookDue() implements Own {}

    /** Nothing came for a while. */
    record Idle() implements Own {}
  }
}
