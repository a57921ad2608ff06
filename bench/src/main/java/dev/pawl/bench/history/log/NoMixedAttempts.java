package dev.pawl.bench.history.log;

import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** G-4. */
public final class NoMixedAttempts extends Invariant {
  public NoMixedAttempts() {
    super("G-4", "no line that one attempt wrote is stored or read as another's");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    findings.judged(evidence.sections().stream().filter(section -> section.fence() > 1).count());
    for (Origins.Stray stray : Origins.strays(evidence)) {
      stray
          .origin()
          .filter(
              origin ->
                  origin.execution().equals(stray.line().execution())
                      && origin.fence() != stray.line().fence())
          .ifPresent(
              origin ->
                  findings.violated(
                      stray.line().execution(),
                      "the log under fence %d has a line of fence %d"
                          .formatted(stray.line().fence(), origin.fence()),
                      stray.line(),
                      origin));
    }
  }
}
