package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** C-1. */
public final class OneEnd extends Invariant {
  public OneEnd() {
    super(
        "C-1",
        "a run and an execution end once, with their last fact, until they are told to go on; a"
            + " run that is not paused ends by the time to settle");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      once(run.journal(), (_, next) -> runGoesOn(next), findings);
      run.executions()
          .forEach(
              execution ->
                  once(
                      execution.journal(),
                      (end, next) -> goesOn(run, execution, end, next),
                      findings));
      if (!run.journal().facts().isEmpty()) {
        inTime(evidence, run, findings);
      }
    }
  }

  private static boolean end(Change change) {
    return change instanceof Change.RunEnded
        || change instanceof Change.RunPassed
        || change instanceof Change.Ended;
  }

  /** After its end nothing happens to it but that it is told to go on. */
  private static void once(
      EntityJournal journal, BiPredicate<Fact, Fact> goesOn, Findings findings) {
    List<Fact> facts = journal.facts();
    for (int i = 0; i < facts.size(); i++) {
      if (end(facts.get(i).change())) {
        findings.judged();
        if (i < facts.size() - 1 && !goesOn.test(facts.get(i), facts.get(i + 1))) {
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

  private static boolean runGoesOn(Fact next) {
    return switch (next.change()) {
      case Change.WentOn(var how, _) -> !how.equals("REOPENED");
      case Change.StepPassed _, Change.RunPassed _, Change.LockLost _ -> true;
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.Paused _,
          Change.Continued _,
          Change.StepStopBegan _,
          Change.RunStopBegan _,
          Change.StepsEnded _,
          Change.RunEnded _,
          Change.Leased _,
          Change.AttemptFailed _,
          Change.Undone _,
          Change.Stopped _,
          Change.StopBegan _,
          Change.Ended _ ->
          false;
    };
  }

  /** An execution is leased anew once its run has opened its task again. */
  private static boolean goesOn(RunCase run, ExecutionCase execution, Fact end, Fact next) {
    return next.change() instanceof Change.Leased
        && execution.task().filter(task -> run.turns().opened(task.index(), end, next)).isPresent();
  }

  private static void inTime(Evidence evidence, RunCase run, Findings findings) {
    Optional<Final.Settled> settled = evidence.settled();
    if (settled.isEmpty()) {
      return;
    }
    findings.judged();
    Fact last = run.journal().facts().getLast();
    boolean ended = RunMachine.ended(last.after());
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
