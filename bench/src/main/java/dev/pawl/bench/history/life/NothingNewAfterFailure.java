package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns;
import dev.pawl.bench.history.evidence.StepTurns.Turn;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
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
      StepTurns turns = run.turns();
      if (turns.all().values().stream().flatMap(List::stream).noneMatch(this::failure)) {
        continue;
      }
      findings.judged();
      for (ExecutionCase execution : run.executions()) {
        execution
            .task()
            .ifPresent(
                task ->
                    Goes.forward(execution)
                        .forEach(
                            lease ->
                                judge(evidence, execution, task.index(), turns, lease, findings)));
      }
    }
  }

  private boolean failure(Turn turn) {
    return turn instanceof Turn.Ended ended && ended.failed();
  }

  private void judge(
      Evidence evidence,
      ExecutionCase execution,
      int index,
      StepTurns turns,
      Fact lease,
      Findings findings) {
    if (turns.before(index, lease).filter(NothingNewAfterFailure::wanted).isPresent()) {
      return;
    }
    for (int other : turns.all().keySet()) {
      Optional<Turn> last = turns.before(other, lease).filter(this::failure);
      if (last.isEmpty()) {
        continue;
      }
      Fact failure = last.get().by();
      long late = lease.at() - failure.at() - evidence.settings().lateness();
      if (late > evidence.faults().within(failure.at(), lease.at())) {
        findings.violated(
            execution.entity(),
            "it began %,d ms after its run had failed"
                .formatted((lease.at() - failure.at()) / 1_000),
            failure,
            lease);
        return;
      }
    }
  }

  /** Whether an operator, or the end of a pause, has it begin all the same. */
  private static boolean wanted(Turn turn) {
    return turn instanceof Turn.Opened opened && opened.wanted();
  }
}
