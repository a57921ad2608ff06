package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.Subscriber;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.Optional;

/** F-4. */
public final class NothingInvented extends Invariant {
  public NothingInvented() {
    super(
        "F-4",
        "nothing is delivered that the journal does not have, nor outside the subscription's scope,"
            + " nor before it was decided");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Subscriber subscriber : evidence.subscribers()) {
      for (Subscriber.Stream stream : subscriber.streams()) {
        for (Watch message : stream.messages()) {
          if (message instanceof Watch.Delivered delivered) {
            findings.judged();
            judge(evidence, subscriber, stream, delivered, findings);
          }
        }
      }
    }
  }

  private static void judge(
      Evidence evidence,
      Subscriber subscriber,
      Subscriber.Stream stream,
      Watch.Delivered delivered,
      Findings findings) {
    Optional<Fact> fact =
        evidence.journal(delivered.entity()).flatMap(journal -> journal.at(delivered.sequence()));
    if (fact.isEmpty()) {
      findings.violated(
          subscriber.name(),
          "sequence %d of %s was delivered, and the journal does not have it"
              .formatted(delivered.sequence(), delivered.entity()),
          delivered);
    } else if (!inScope(stream.opened(), delivered.entity())) {
      findings.violated(
          subscriber.name(),
          "%s was delivered, which is not in its scope".formatted(delivered.entity()),
          stream.opened(),
          delivered);
    } else if (fact.get().at() > delivered.at() + evidence.settings().clockTolerance()) {
      findings.violated(
          subscriber.name(),
          "sequence %d of %s was delivered before it was decided"
              .formatted(delivered.sequence(), delivered.entity()),
          delivered,
          fact.get());
    }
  }

  static boolean inScope(Watch.Subscribed opened, String entity) {
    String kind = Names.kind(entity);
    return (opened.kinds().isEmpty() || opened.kinds().contains(kind))
        && (opened.runs().isEmpty()
            || ((kind.equals("run") || kind.equals("execution"))
                && opened.runs().contains(Names.run(Names.bare(entity)))));
  }
}
