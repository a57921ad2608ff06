package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.Outcome;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;

/** */
public final class NoGhost extends Invariant {
  public NoGhost() {
    super("A-2", "a command that was definitely refused left no fact");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Operation operation : evidence.operations()) {
      if (operation.invoked().verb().changes() && operation.outcome() == Outcome.REFUSED) {
        findings.judged();
        List<Fact> effects = evidence.effects(operation.invoked().requestId());
        if (!effects.isEmpty() && allRefused(evidence, operation)) {
          findings.violated(
              effects.getFirst().entity(),
              "request %s was refused, yet it acted".formatted(operation.invoked().requestId()),
              operation.invoked(),
              operation.end().orElseThrow(),
              effects.getFirst());
        }
      }
    }
  }

  private static boolean allRefused(Evidence evidence, Operation operation) {
    return evidence.request(operation.invoked().requestId()).stream()
        .allMatch(same -> same.outcome() == Outcome.REFUSED);
  }
}
