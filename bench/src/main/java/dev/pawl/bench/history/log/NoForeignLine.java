package dev.pawl.bench.history.log;

import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Section;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** G-3. */
public final class NoForeignLine extends Invariant {
  public NoForeignLine() {
    super("G-3", "no line that one execution wrote is stored or read in the log of another");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    findings.judged(evidence.sections().stream().mapToLong(NoForeignLine::lines).sum());
    for (Origins.Stray stray : Origins.strays(evidence)) {
      stray
          .origin()
          .filter(origin -> !origin.execution().equals(stray.line().execution()))
          .ifPresent(
              origin ->
                  findings.violated(
                      stray.line().execution(),
                      "its log has a line of " + origin.execution(),
                      stray.line(),
                      origin));
    }
  }

  private static long lines(Section section) {
    return section.stored().size();
  }
}
