package dev.pawl.engine.operation;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.Operations.ItemPage;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.wire.ClusterMessage;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What an operation's entity is sent. */
public sealed interface OperationMessage extends ClusterMessage {

  /**
   * An answer that carries an operation's head.
   *
   * @param unchanged whether it answers a command that stored nothing; false, too, in the answer of
   *     a node that does not know this field
   */
  record HeadAnswer(Answer<OperationHead, OperationRejection> answer, boolean unchanged)
      implements ClusterMessage {
    public HeadAnswer(Answer<OperationHead, OperationRejection> answer) {
      this(answer, false);
    }
  }

  /** An answer that carries items. */
  record ItemsAnswer(Answer<ItemPage, OperationRejection> answer) implements ClusterMessage {}

  record Start(
      String project, OperationWork work, Cause.Command cause, ActorRef<HeadAnswer> replyTo)
      implements OperationMessage {}

  record Cancel(String project, Cause.Command cause, ActorRef<HeadAnswer> replyTo)
      implements OperationMessage {}

  record Describe(String project, ActorRef<HeadAnswer> replyTo) implements OperationMessage {}

  /**
   * Answered when the operation has ended or has more facts than are known; not at all when it has
   * not by {@code until}.
   */
  record Await(String project, long knownSequence, Instant until, ActorRef<HeadAnswer> replyTo)
      implements OperationMessage {}

  record ListItems(String project, int from, int size, ActorRef<ItemsAnswer> replyTo)
      implements OperationMessage {}

  /** Something may be due: recover, and look. */
  record WakeUp() implements OperationMessage {}

  /** Leave memory now, whatever is owed: what is due wakes it again. */
  record Unload() implements OperationMessage {}

  /** What an operation says to itself; never leaves the node. */
  sealed interface Own extends OperationMessage {
    record Listed(List<RunId> runs) implements Own {}

    record ListFailed(Throwable cause) implements Own {}

    record ListDue() implements Own {}

    record Answered(int index, Answer<RunHead, RunRejection> answer) implements Own {}

    record Unanswered(int index, Throwable cause) implements Own {}

    record ItemDue(int index) implements Own {}

    /** Answers were collected: store them together, and begin as many further items. */
    record Flush() implements Own {}

    record ExportDue() implements Own {}

    record Exported(OperationFile file) implements Own {}

    record ExportStopped(int attempt, Throwable cause) implements Own {}

    /** Nothing came for a while: leave memory when nothing is owed. */
    record Idle() implements Own {}
  }
}
