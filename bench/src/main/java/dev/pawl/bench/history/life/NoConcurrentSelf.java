package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import org.jspecify.annotations.Nullable;

/** C-4. */
public final class NoConcurrentSelf extends Invariant {
  public NoConcurrentSelf() {
    super(
        "C-4",
        "an execution has one live lease at most, and the outside ledger takes nothing under a"
            + " fence once it has seen a higher one");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        leases(execution, findings);
        effects(execution, findings);
      }
    }
  }

  private static void leases(ExecutionCase execution, Findings findings) {
    Fact live = null;
    for (Fact fact : execution.journal().facts()) {
      switch (fact.change()) {
        case Change.Leased _ -> {
          findings.judged();
          overlap(execution, live, fact, findings);
          live = fact;
        }
        case Change.AttemptFailed _, Change.Ended _, Change.Undone _, Change.Stopped _ ->
            live = null;
        case Change.Submitted _,
            Change.RunCreated _,
            Change.PauseBegan _,
            Change.Paused _,
            Change.Continued _,
            Change.WentOn _,
            Change.StepPassed _,
            Change.StepStopBegan _,
            Change.LockLost _,
            Change.RunPassed _,
            Change.RunStopBegan _,
            Change.StepsEnded _,
            Change.RunEnded _,
            Change.StopBegan _ -> {}
      }
    }
  }

  private static void overlap(
      ExecutionCase execution, @Nullable Fact live, Fact fact, Findings findings) {
    if (live != null) {
      findings.violated(execution.entity(), "it was leased again while it was leased", live, fact);
    }
  }

  private static void effects(ExecutionCase execution, Findings findings) {
    Effect highest = null;
    for (Effect effect : execution.effects()) {
      findings.judged();
      if (highest != null
          && effect.fence() < highest.fence()
          && effect.answer() != Effect.Answer.REFUSED) {
        findings.violated(
            execution.entity(),
            "the ledger took an effect under fence %d after one under fence %d"
                .formatted(effect.fence(), highest.fence()),
            highest,
            effect);
      }
      if (highest == null || effect.fence() > highest.fence()) {
        highest = effect;
      }
    }
  }
}
