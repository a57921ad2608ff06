package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** C-6. That no answer and no message of a watch lacks its fact is A-1 and F-4. */
public final class PersistBeforeAct extends Invariant {
  public PersistBeforeAct() {
    super(
        "C-6",
        "a lease that a worker got and an effect that the ledger was asked for have their stored"
            + " lease, decided before");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        if (!execution.work().isEmpty() || !execution.effects().isEmpty()) {
          judge(evidence, execution, findings);
        }
      }
    }
  }

  private static void judge(Evidence evidence, ExecutionCase execution, Findings findings) {
    Map<Long, Fact> leases = new HashMap<>();
    for (Fact fact : execution.journal().facts()) {
      if (fact.change() instanceof Change.Leased lease) {
        leases.putIfAbsent(lease.fence(), fact);
      }
    }
    Set<Long> strange = new HashSet<>();
    for (Work.OfLease work : execution.work()) {
      findings.judged();
      Fact fact = leases.get(work.fence());
      if (fact == null) {
        if (strange.add(work.fence())) {
          findings.violated(
              execution.entity(),
              "worker %s knows of a lease with fence %d that is not stored"
                  .formatted(work.worker(), work.fence()),
              work);
        }
      } else if (work instanceof Work.Leased got) {
        lease(evidence, execution, got, fact, findings);
      }
    }
    for (Effect effect : execution.effects()) {
      findings.judged();
      if (!leases.containsKey(effect.fence())) {
        findings.violated(
            execution.entity(),
            "the ledger was called under fence %d, of which no lease is stored"
                .formatted(effect.fence()),
            effect);
      }
    }
  }

  private static void lease(
      Evidence evidence, ExecutionCase execution, Work.Leased got, Fact fact, Findings findings) {
    if (fact.at() > got.at() + evidence.settings().clockTolerance()) {
      findings.violated(
          execution.entity(),
          "worker %s got a lease before it was decided".formatted(got.worker()),
          got,
          fact);
    } else if (!same(got, fact)) {
      findings.violated(
          execution.entity(),
          "worker %s got another lease under fence %d than is stored"
              .formatted(got.worker(), got.fence()),
          got,
          fact);
    }
  }

  private static boolean same(Work.Leased got, Fact fact) {
    return fact.change() instanceof Change.Leased lease
        && lease.worker().equals(got.worker())
        && lease.incarnation().equals(got.incarnation())
        && lease.round() == got.round()
        && lease.attempt() == got.attempt()
        && lease.operation().equals(got.operation());
  }
}
