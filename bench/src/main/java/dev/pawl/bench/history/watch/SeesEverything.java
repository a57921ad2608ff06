package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Subscriber;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.OptionalLong;

/** F-5. */
public final class SeesEverything extends Invariant {
  public SeesEverything() {
    super(
        "F-5",
        "a subscriber that was open to the end has seen the last fact of every entity in its"
            + " scope");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Subscriber subscriber : evidence.subscribers()) {
      Follower follower = new Follower();
      boolean known = true;
      for (Subscriber.Stream stream : subscriber.streams()) {
        known &= follower.open(stream);
        stream.messages().forEach(follower::take);
        follower.close(stream.closed());
      }
      Subscriber.Stream last = subscriber.streams().getLast();
      boolean toTheEnd = last.closed().isEmpty() || last.closed().get().by() == Watch.End.SETTLED;
      if (known && toTheEnd && last.opened().mode() == Watch.Mode.FULL) {
        findings.judged();
        for (EntityJournal journal : evidence.journals()) {
          judge(subscriber, last, follower, journal, findings);
        }
      }
    }
  }

  private static void judge(
      Subscriber subscriber,
      Subscriber.Stream stream,
      Follower follower,
      EntityJournal journal,
      Findings findings) {
    Fact last = journal.facts().getLast();
    if (!NothingInvented.inScope(stream.opened(), journal.entity())) {
      return;
    }
    OptionalLong reached = follower.reached(journal.entity());
    boolean behind =
        reached.isPresent()
            ? reached.getAsLong() < last.sequence()
            // It began in the middle: what was decided after its first message must have come.
            : follower.since() != Long.MAX_VALUE && last.at() > follower.since();
    if (behind) {
      findings.violated(
          subscriber.name(),
          "it saw %s up to sequence %d; the journal goes to %d"
              .formatted(journal.entity(), reached.orElse(0), last.sequence()),
          stream.opened(),
          last);
    }
  }
}
