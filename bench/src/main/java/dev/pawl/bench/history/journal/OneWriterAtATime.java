package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashSet;
import java.util.Set;

/** B-2. */
public final class OneWriterAtATime extends Invariant {
  public OneWriterAtATime() {
    super("B-2", "a life of an entity that another has followed writes no more");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (EntityJournal journal : evidence.journals()) {
      Fact before = journal.facts().getFirst();
      Set<String> past = null;
      for (Fact fact : journal.facts()) {
        if (fact.writer().equals(before.writer())) {
          before = fact;
          continue;
        }
        findings.judged();
        if (past == null) {
          past = new HashSet<>();
        }
        past.add(before.writer());
        if (past.contains(fact.writer())) {
          findings.violated(
              journal.entity(),
              "writer %s wrote again after writer %s had".formatted(fact.writer(), before.writer()),
              before,
              fact);
        }
        before = fact;
      }
    }
  }
}
