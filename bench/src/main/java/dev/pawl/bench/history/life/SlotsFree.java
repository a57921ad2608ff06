package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.life.Attempts.Attempt;
import java.util.HashMap;
import java.util.Map;

/** C-9. */
public final class SlotsFree extends Invariant {
  public SlotsFree() {
    super("C-9", "in the end a worker's busy slots are the leases that the journal leaves open");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    if (evidence.finalWorkers().isEmpty()) {
      return;
    }
    Map<String, Integer> open = new HashMap<>();
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        for (Attempt attempt : Attempts.of(execution.journal().facts()).all()) {
          if (attempt.closing().isEmpty()) {
            Change.Leased lease = attempt.lease();
            open.merge(lease.worker() + " " + lease.incarnation(), 1, Integer::sum);
          }
        }
      }
    }
    for (Final.Worker worker : evidence.finalWorkers()) {
      findings.judged();
      int leases = open.getOrDefault(worker.worker() + " " + worker.incarnation(), 0);
      if (worker.busy() != leases) {
        findings.violated(
            worker.worker(),
            "in the end %d of its slots are busy, and the journal leaves it %d leases"
                .formatted(worker.busy(), leases),
            worker);
      }
    }
  }
}
