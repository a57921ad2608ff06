package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** F-1. */
public final class NoGapWithin extends Invariant {
  public NoGapWithin() {
    super(
        "F-1",
        "within a subscription the sequences of each entity rise by 1, from where the subscription"
            + " began");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Stretch stretch = new Stretch(evidence, Stretch.Part.WITHIN, findings);
    evidence.subscribers().forEach(stretch::follow);
  }
}
