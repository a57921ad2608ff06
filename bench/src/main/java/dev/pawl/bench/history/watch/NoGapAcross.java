package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** F-2. */
public final class NoGapAcross extends Invariant {
  public NoGapAcross() {
    super("F-2", "a subscription that goes on with a cursor misses nothing and repeats nothing");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Stretch stretch = new Stretch(evidence, Stretch.Part.ACROSS, findings);
    evidence.subscribers().forEach(stretch::follow);
  }
}
