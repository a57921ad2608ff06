package dev.pawl.bench.history.bounds;

import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.FaultTimes;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.Outcome;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
import java.util.Optional;

/** Z-2. */
public final class Heals extends Invariant {
  public Heals() {
    super(
        "Z-2",
        "soon after a fault is undone, and none other is under way, a command succeeds again, or is"
            + " refused by its entity");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    long heal = evidence.settings().heal();
    List<Operation> commands =
        evidence.operations().stream()
            .filter(operation -> operation.invoked().verb().changes())
            .toList();
    for (FaultTimes.Injected fault : evidence.faults().all()) {
      if (fault.ended().isEmpty() || disturbed(evidence, fault, heal)) {
        continue;
      }
      long from = fault.until();
      List<Operation> within =
          commands.stream()
              .filter(
                  operation ->
                      operation.invoked().at() >= from && operation.invoked().at() <= from + heal)
              .toList();
      if (within.isEmpty()) {
        continue;
      }
      findings.judged();
      Optional<Operation> first =
          within.stream()
              .filter(operation -> operation.outcome() == Outcome.OK || operation.conflict())
              .filter(operation -> operation.endedAt() <= from + heal)
              .findFirst();
      if (first.isEmpty()) {
        findings.violated(
            fault.began().target(),
            "within %,d ms after the fault none of %d commands succeeded"
                .formatted(heal / 1_000, within.size()),
            fault.began(),
            fault.ended().get(),
            within.getFirst().invoked());
      }
    }
  }

  private static boolean disturbed(Evidence evidence, FaultTimes.Injected fault, long heal) {
    return evidence.faults().all().stream()
        .anyMatch(
            other ->
                other != fault
                    && other.began().at() < fault.until() + heal
                    && other.until() > fault.until());
  }
}
