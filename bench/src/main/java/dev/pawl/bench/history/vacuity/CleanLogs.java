package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.Node;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/**
 * V-5. The page counts it as a condition; what it finds is a fault of the system all the same, so
 * it makes a history invalid.
 */
public final class CleanLogs extends Invariant {
  public CleanLogs() {
    super(
        "V-5",
        "no server dropped a message of the business, met its replay filter or let an exception"
            + " through");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    findings.judged(evidence.manifest().nodes().size());
    for (Node.Finding finding : evidence.findings()) {
      findings.violated(
          finding.node(),
          "its log has a %s: %s".formatted(finding.kind(), finding.text()),
          finding);
    }
  }
}
