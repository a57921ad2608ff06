package dev.pawl.engine.definition;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.wire.ClusterMessage;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.ActorRef;

/** What a definition's entity is sent. */
public sealed interface DefinitionMessage extends ClusterMessage {

  /** An answer that carries a definition's head. */
  record HeadAnswer(Answer<DefinitionHead, DefinitionRejection> answer) implements ClusterMessage {}

  record Execute(DefinitionCommand command, Cause.Command cause, ActorRef<HeadAnswer> replyTo)
      implements DefinitionMessage {}

  /** A version, the newest when none is named. */
  record Describe(OptionalLong version, ActorRef<HeadAnswer> replyTo)
      implements DefinitionMessage {}
}
