package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;

/** B-1. */
public final class Contiguous extends Invariant {
  public Contiguous() {
    super(
        "B-1",
        "the sequences of an entity are 1, 2, 3 ... without hole or repeat, and were inserted in"
            + " this order");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (EntityJournal journal : evidence.journals()) {
      List<Fact> facts = journal.facts();
      long expected = 1;
      for (int i = 0; i < facts.size(); i++) {
        Fact fact = facts.get(i);
        findings.judged();
        if (fact.sequence() != expected) {
          String problem =
              fact.sequence() < expected
                  ? "there are two facts of sequence " + fact.sequence()
                  : "sequence %d is followed by %d".formatted(expected - 1, fact.sequence());
          if (i == 0) {
            findings.violated(journal.entity(), problem, fact);
          } else {
            findings.violated(journal.entity(), problem, facts.get(i - 1), fact);
          }
        } else if (i > 0 && fact.ordering() <= facts.get(i - 1).ordering()) {
          findings.violated(
              journal.entity(),
              "sequence %d was inserted before the one below it".formatted(fact.sequence()),
              facts.get(i - 1),
              fact);
        }
        expected = fact.sequence() + 1;
      }
    }
  }
}
