package dev.pawl.engine.run;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.run.RunMessage.HeadAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Who waits for a run: for its executions to confirm a command, or for its end. */
final class Callers {
  private final List<Confirmation> confirmations = new ArrayList<>();
  private final List<RunMessage.Await> ends = new ArrayList<>();

  private record Confirmation(ActorRef<HeadAnswer> replyTo, long sequence, boolean changed) {}

  /**
   * Waits until the executions have confirmed what follows from the fact of this number.
   *
   * @param changed whether the command made that fact
   */
  void awaitConfirmation(ActorRef<HeadAnswer> replyTo, long sequence, boolean changed) {
    confirmations.add(new Confirmation(replyTo, sequence, changed));
  }

  /** Waits for the end, as everybody does whose time is not over at this one. */
  void awaitEnd(RunMessage.Await await, Instant now) {
    prune(now);
    ends.add(await);
  }

  boolean awaitConfirmation() {
    return !confirmations.isEmpty();
  }

  void confirmed(Portrait portrait) {
    for (Confirmation waiter : confirmations) {
      RunHead head = portrait.head(waiter.sequence());
      waiter.replyTo().tell(accepted(waiter.changed() ? head : head.unchanged()));
    }
    confirmations.clear();
  }

  void ended(Portrait portrait, Instant now) {
    prune(now);
    if (ends.isEmpty()) {
      return;
    }
    HeadAnswer answer = accepted(portrait.detail());
    ends.forEach(await -> await.replyTo().tell(answer));
    ends.clear();
  }

  /** Forgets those who have given up waiting for the end. */
  void prune(Instant now) {
    ends.removeIf(waiter -> waiter.until().isBefore(now));
  }

  /** Forgets everyone: they get no answer, and ask again. */
  void forget() {
    confirmations.clear();
    ends.clear();
  }

  boolean none() {
    return confirmations.isEmpty() && ends.isEmpty();
  }

  static HeadAnswer accepted(RunHead head) {
    return new HeadAnswer(new Answer.Accepted<>(head));
  }

  static HeadAnswer refused(RunRejection rejection) {
    return new HeadAnswer(new Answer.Refused<>(rejection));
  }
}
