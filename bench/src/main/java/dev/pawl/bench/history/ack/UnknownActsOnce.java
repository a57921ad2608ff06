package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.Outcome;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** */
public final class UnknownActsOnce extends Invariant {
  public UnknownActsOnce() {
    super("A-3", "a command whose outcome its caller never learned acted at most once");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Operation operation : evidence.operations()) {
      if (operation.invoked().verb().changes() && operation.outcome() == Outcome.UNKNOWN) {
        findings.judged();
        List<Fact> effects = Commands.acts(evidence, operation.invoked().requestId());
        if (effects.size() > 1) {
          findings.violated(
              effects.getFirst().entity(),
              "request %s, whose answer was lost, acted %d times"
                  .formatted(operation.invoked().requestId(), effects.size()),
              Stream.concat(Stream.of(operation.records()), effects.stream().limit(3))
                  .toArray(Observation[]::new));
        }
      }
    }
  }
}
