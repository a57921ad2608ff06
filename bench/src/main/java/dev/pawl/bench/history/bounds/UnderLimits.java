package dev.pawl.bench.history.bounds;

import dev.pawl.bench.history.Node;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** Z-1. */
public final class UnderLimits extends Invariant {
  public UnderLimits() {
    super(
        "Z-1",
        "memory, descriptors, streams and queues of a node are under their limits in every sample");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Node.Sample sample : evidence.samples()) {
      if (sample.limit().isPresent()) {
        findings.judged();
        if (sample.value() > sample.limit().getAsLong()) {
          findings.violated(
              sample.node(),
              "%s is %,d, where %,d are allowed"
                  .formatted(sample.metric(), sample.value(), sample.limit().getAsLong()),
              sample);
        }
      }
    }
  }
}
