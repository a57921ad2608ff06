package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Subscriber;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * F-9. A fact's age counts from its decision, a moment before its commit, and only where its
 * subscription was open by then and no fault was under way.
 */
public final class Fresh extends Invariant {
  private static final int ENOUGH = 100;

  public Fresh() {
    super("F-9", "99 of 100 facts reach a subscriber in time while there is no fault");
  }

  /** A delivery and how long it took. */
  private record Age(Watch.Delivered delivered, Fact fact) {
    long micros() {
      return delivered.at() - fact.at();
    }
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    List<Age> ages = new ArrayList<>();
    for (Subscriber subscriber : evidence.subscribers()) {
      for (Subscriber.Stream stream : subscriber.streams()) {
        for (Watch message : stream.messages()) {
          if (message instanceof Watch.Delivered delivered) {
            evidence
                .journal(delivered.entity())
                .flatMap((EntityJournal journal) -> journal.at(delivered.sequence()))
                .filter(fact -> fact.at() > stream.opened().at())
                .filter(fact -> evidence.faults().within(fact.at(), delivered.at()) == 0)
                .ifPresent(fact -> ages.add(new Age(delivered, fact)));
          }
        }
      }
    }
    findings.judged(ages.size());
    if (ages.size() < ENOUGH) {
      return;
    }
    ages.sort(Comparator.comparingLong(Age::micros));
    Age slow = ages.get((int) Math.min(ages.size() - 1L, ages.size() * 99L / 100));
    if (slow.micros() > evidence.settings().freshness()) {
      findings.violated(
          "all subscribers",
          "one of a hundred facts took %,d ms or more to arrive, where %,d are allowed"
              .formatted(slow.micros() / 1_000, evidence.settings().freshness() / 1_000),
          slow.fact(),
          slow.delivered());
    }
  }
}
