package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** D-5. */
public final class TimeGoesOn extends Invariant {
  public TimeGoesOn() {
    super("D-5", "no duration is negative: the instants of an entity's facts never fall");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (EntityJournal journal : evidence.journals()) {
      Fact before = journal.facts().getFirst();
      for (Fact fact : journal.facts()) {
        findings.judged();
        if (fact.at() < before.at()) {
          findings.violated(
              journal.entity(),
              "a fact is %,d ms older than the one before it"
                  .formatted((before.at() - fact.at()) / 1_000),
              before,
              fact);
        }
        before = fact;
        if (fact.change() instanceof Change.StepsEnded(var ends)) {
          for (Change.StepEnd end : ends) {
            if (end.startedAt().isPresent() && end.startedAt().getAsLong() > end.endedAt()) {
              findings.violated(
                  journal.entity(), "step %s ended before it began".formatted(end.task()), fact);
            }
          }
        }
      }
    }
  }
}
