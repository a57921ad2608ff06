package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Subscriber;
import dev.pawl.bench.history.invariant.Findings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Goes along the streams of all subscribers: F-1 looks within each, F-2 where one follows another.
 */
final class Stretch {
  /** Which messages are looked at. */
  enum Part {
    /** Those of entities that this stream has shown before, or that begin with it. */
    WITHIN,
    /** The first of each entity after a stream went on with a cursor. */
    ACROSS
  }

  private final Evidence evidence;
  private final Part part;
  private final Findings findings;

  Stretch(Evidence evidence, Part part, Findings findings) {
    this.evidence = evidence;
    this.part = part;
    this.findings = findings;
  }

  void follow(Subscriber subscriber) {
    Follower follower = new Follower();
    for (Subscriber.Stream stream : subscriber.streams()) {
      boolean known = follower.open(stream);
      boolean resumed = stream.opened().from() == Watch.From.CURSOR;
      if (resumed && part == Part.ACROSS) {
        findings.judged();
        if (!known) {
          findings.violated(
              subscriber.name(), "it went on with a cursor that it never got", stream.opened());
        }
      }
      if (resumed && !known) {
        return;
      }
      Set<String> shown = new HashSet<>();
      for (Watch message : stream.messages()) {
        if (message instanceof Watch.Delivered delivered) {
          boolean first = shown.add(delivered.entity());
          if ((first && resumed ? Part.ACROSS : Part.WITHIN) == part) {
            judge(subscriber, stream, follower, delivered);
          }
        }
        follower.take(message);
      }
      follower.close(stream.closed());
    }
  }

  private void judge(
      Subscriber subscriber,
      Subscriber.Stream stream,
      Follower follower,
      Watch.Delivered delivered) {
    if (part == Part.WITHIN) {
      findings.judged();
    }
    if (!(follower.next(delivered.entity()) instanceof Follower.Next.Exactly(var wanted))
        || delivered.sequence() == wanted) {
      return;
    }
    if (stream.opened().mode() == Watch.Mode.FILTERED && delivered.sequence() > wanted) {
      return;
    }
    String problem =
        delivered.sequence() < wanted
            ? "sequence %d of %s came again, after %d"
                .formatted(delivered.sequence(), delivered.entity(), wanted - 1)
            : "sequence %d of %s came where %d was due"
                .formatted(delivered.sequence(), delivered.entity(), wanted);
    Optional<Fact> missed =
        evidence.journal(delivered.entity()).flatMap((EntityJournal journal) -> journal.at(wanted));
    findings.violated(
        subscriber.name(),
        problem,
        missed
            .filter(_ -> delivered.sequence() > wanted)
            .map(fact -> new Observation[] {stream.opened(), fact, delivered})
            .orElseGet(() -> new Observation[] {stream.opened(), delivered}));
  }
}
