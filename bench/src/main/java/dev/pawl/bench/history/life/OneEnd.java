package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
import java.util.Optional;

/** C-1. */
public final class OneEnd extends Invariant {
  public OneEnd() {
    super(
        "C-1",
        "a run and an execution end once, with their last fact; a run that is not paused ends by"
            + " the time to settle");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      once(run.journal(), findings);
      run.executions().forEach(execution -> once(execution.journal(), findings));
      if (!run.journal().facts().isEmpty()) {
        inTime(evidence, run, findings);
      }
    }
  }

  private static boolean end(Change change) {
    return change instanceof Change.RunEnded || change instanceof Change.Ended;
  }

  private static void once(EntityJournal journal, Findings findings) {
    List<Fact> facts = journal.facts();
    for (int i = 0; i < facts.size(); i++) {
      if (end(facts.get(i).change())) {
        findings.judged();
        if (i < facts.size() - 1) {
          findings.violated(
              journal.entity(),
              end(facts.get(i + 1).change()) ? "it ended twice" : "it went on after its end",
              facts.get(i),
              facts.get(i + 1));
          return;
        }
      }
    }
  }

  private static void inTime(Evidence evidence, RunCase run, Findings findings) {
    Optional<Final.Settled> settled = evidence.settled();
    if (settled.isEmpty()) {
      return;
    }
    findings.judged();
    Fact last = run.journal().facts().getLast();
    boolean ended = end(last.change());
    if (!ended && !last.after().equals("PAUSED")) {
      findings.violated(
          run.entity(),
          "it never ended: it is still %s".formatted(last.after()),
          last,
          settled.get());
    } else if (ended && last.at() > settled.get().stoppedAt() + evidence.settings().settle()) {
      findings.violated(
          run.entity(),
          "it ended %,d ms after all was left alone"
              .formatted((last.at() - settled.get().stoppedAt()) / 1_000),
          last,
          settled.get());
    }
  }
}
