package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.ExecutionMachine;
import java.util.List;
import java.util.Optional;

/** D-2, by the order of the journal. */
public final class ForcedPauseEnds extends Invariant {
  public ForcedPauseEnds() {
    super(
        "D-2",
        "a forced pause has what is at work stopped soon, and nothing is at work in a run that is"
            + " paused");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      List<Fact> facts = run.journal().facts();
      for (int i = 0; i < facts.size(); i++) {
        Fact fact = facts.get(i);
        if (fact.change() instanceof Change.Paused) {
          run.executions().forEach(execution -> still(execution, fact, findings));
        } else if (fact.change() instanceof Change.PauseBegan(var forced) && forced) {
          Optional<Fact> goesOn =
              facts.subList(i + 1, facts.size()).stream()
                  .filter(later -> !later.after().equals("PAUSING"))
                  .findFirst();
          run.executions().forEach(execution -> stops(evidence, execution, fact, goesOn, findings));
        }
      }
    }
  }

  /** The last fact before another. */
  private static Optional<Fact> before(ExecutionCase execution, Fact fact) {
    return execution.journal().facts().stream()
        .filter(one -> one.ordering() < fact.ordering())
        .reduce((_, last) -> last);
  }

  private static void still(ExecutionCase execution, Fact paused, Findings findings) {
    before(execution, paused)
        .ifPresent(
            last -> {
              findings.judged();
              if (ExecutionMachine.leased(last.after())) {
                findings.violated(
                    execution.entity(), "it was at work while its run was paused", last, paused);
              }
            });
  }

  private static void stops(
      Evidence evidence,
      ExecutionCase execution,
      Fact forced,
      Optional<Fact> goesOn,
      Findings findings) {
    Optional<Fact> last = before(execution, forced);
    if (last.filter(fact -> fact.after().equals("RUNNING")).isEmpty()) {
      return;
    }
    findings.judged();
    Optional<Fact> next =
        execution.journal().facts().stream()
            .filter(fact -> fact.ordering() > forced.ordering())
            .findFirst();
    long until =
        Math.min(
            next.map(Fact::at).orElse(Long.MAX_VALUE), goesOn.map(Fact::at).orElse(Long.MAX_VALUE));
    if (until == Long.MAX_VALUE) {
      // That it must end at all is C-1.
      return;
    }
    long late = until - forced.at() - evidence.settings().lateness();
    if (late > 0 && late > evidence.faults().within(forced.at(), until)) {
      findings.violated(
          execution.entity(),
          "it was not stopped for %,d ms after its run was forced to pause"
              .formatted((until - forced.at()) / 1_000),
          last.get(),
          forced);
    }
  }
}
