package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.Legality;
import java.util.Optional;

/** D-7. */
public final class AlreadySo extends Invariant {
  public AlreadySo() {
    super("D-7", "a command that is already true stores nothing");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      Fact before = null;
      boolean forced = false;
      for (Fact fact : run.journal().facts()) {
        Optional<String> command = command(fact.change());
        if (command.isPresent() && before != null) {
          findings.judged();
          // By what the fact before led to, whatever this one says of itself.
          if (Legality.ofRuns().allows(before.after(), command.get(), Legality.Outcome.NOOP)
              && !escalates(before, fact, forced)) {
            findings.violated(
                run.entity(),
                "%s was stored though the run was %s already"
                    .formatted(fact.change().getClass().getSimpleName(), before.after()),
                before,
                fact);
          }
        }
        forced = fact.change() instanceof Change.PauseBegan(var now) ? now : forced;
        before = fact;
      }
    }
  }

  /** A pause that is under way can be forced once. */
  private static boolean escalates(Fact before, Fact fact, boolean forced) {
    return fact.change() instanceof Change.PauseBegan(var now)
        && now
        && !forced
        && before.after().equals("PAUSING");
  }

  private static Optional<String> command(Change change) {
    return switch (change) {
      case Change.PauseBegan(var forced) -> Optional.of(forced ? "FORCED_PAUSE" : "PAUSE");
      case Change.Continued _ -> Optional.of("CONTINUE");
      case Change.WentOn(var how, _) when how.equals("RETRIED") -> Optional.of("RETRY");
      case Change.WentOn(var how, _) when how.equals("ROLLBACK") -> Optional.of("ROLLBACK");
      case Change.WentOn(var how, _) when how.equals("REDONE") -> Optional.of("REDO");
      case Change.RunPassed _ -> Optional.of("PASS");
      case Change.RunStopBegan _ -> Optional.of("STOP");
      case Change.Submitted _,
          Change.RunCreated _,
          Change.Paused _,
          Change.WentOn _,
          Change.StepPassed _,
          Change.StepStopBegan _,
          Change.LockLost _,
          Change.Stopped _,
          Change.StepsEnded _,
          Change.RunEnded _,
          Change.Leased _,
          Change.AttemptFailed _,
          Change.Undone _,
          Change.StopBegan _,
          Change.Ended _ ->
          Optional.empty();
    };
  }
}
