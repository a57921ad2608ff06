package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.Optional;

/** C-14, beyond the page: a failing run (C2). */
public final class NothingNewAfterFailure extends Invariant {
  public NothingNewAfterFailure() {
    super(
        "C-14",
        "soon after a run has stored that a task failed, no task of it begins that had not begun");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      Optional<Fact> failure =
          run.journal().facts().stream()
              .filter(
                  fact ->
                      fact.change() instanceof Change.StepsEnded(var ends)
                          && ends.stream().anyMatch(end -> !end.outcome().equals("SUCCEEDED")))
              .findFirst();
      if (failure.isEmpty()) {
        continue;
      }
      findings.judged();
      for (ExecutionCase execution : run.executions()) {
        if (!execution.journal().facts().isEmpty()) {
          judge(evidence, execution, failure.get(), findings);
        }
      }
    }
  }

  private static void judge(
      Evidence evidence, ExecutionCase execution, Fact failure, Findings findings) {
    Fact first = execution.journal().facts().getFirst();
    long late = first.at() - failure.at() - evidence.settings().lateness();
    if (first.change() instanceof Change.Leased
        && first.ordering() > failure.ordering()
        && late > evidence.faults().within(failure.at(), first.at())) {
      findings.violated(
          execution.entity(),
          "it began %,d ms after its run had failed".formatted((first.at() - failure.at()) / 1_000),
          failure,
          first);
    }
  }
}
