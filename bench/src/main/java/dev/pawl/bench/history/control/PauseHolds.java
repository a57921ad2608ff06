package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * D-1. By the order of the journal nothing is leased between PAUSED and what ends it; by the clock
 * nothing is leased after the answer to a pause, until the run goes on.
 */
public final class PauseHolds extends Invariant {
  private static final long CLOSE = 50_000;

  public PauseHolds() {
    super(
        "D-1",
        "nothing of a run is leased while it is paused, nor after a pause was answered, until it"
            + " goes on");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      boolean paused =
          run.journal().facts().stream()
              .anyMatch(fact -> fact.change() instanceof Change.PauseBegan);
      if (paused) {
        List<Fact> leases = Leases.of(run);
        stored(run, leases, findings);
        answered(evidence, run, leases, findings);
      }
    }
  }

  private static void stored(RunCase run, List<Fact> leases, Findings findings) {
    Fact paused = null;
    for (Fact fact : run.journal().facts()) {
      if (fact.change() instanceof Change.PauseBegan) {
        findings.judged();
        if (leases.stream().anyMatch(lease -> Math.abs(lease.at() - fact.at()) <= CLOSE)) {
          findings.seen("close");
        }
      }
      between(run, paused, fact.ordering(), leases, findings);
      paused = fact.after().equals("PAUSED") ? fact : null;
    }
    between(run, paused, Long.MAX_VALUE, leases, findings);
  }

  private static void between(
      RunCase run, @Nullable Fact paused, long until, List<Fact> leases, Findings findings) {
    if (paused == null) {
      return;
    }
    for (Fact lease : leases) {
      if (lease.ordering() > paused.ordering() && lease.ordering() < until) {
        findings.violated(
            run.entity(),
            "%s was leased while the run was paused".formatted(lease.entity()),
            paused,
            lease);
      }
    }
  }

  private static void answered(
      Evidence evidence, RunCase run, List<Fact> leases, Findings findings) {
    for (Operation operation : run.operations()) {
      Optional<Call.Answered> answer = operation.answer();
      boolean pauses =
          operation.invoked().verb() == Call.Verb.PAUSE
              || operation.invoked().verb() == Call.Verb.FORCED_PAUSE;
      if (!pauses || answer.isEmpty()) {
        continue;
      }
      findings.judged();
      long goesOn =
          run.journal().facts().stream()
              .filter(fact -> fact.sequence() > answer.get().sequence() && goesOn(fact))
              .mapToLong(Fact::ordering)
              .findFirst()
              .orElse(Long.MAX_VALUE);
      long after = answer.get().at() + evidence.settings().clockTolerance();
      for (Fact lease : leases) {
        if (lease.at() > after && lease.ordering() < goesOn && !Leases.cleansUp(lease)) {
          findings.violated(
              run.entity(),
              "%s was leased %,d ms after the pause was answered"
                  .formatted(lease.entity(), (lease.at() - answer.get().at()) / 1_000),
              operation.invoked(),
              answer.get(),
              lease);
        }
      }
    }
  }

  /** Whether it goes on, from the pause or after the end that it came to in it. */
  private static boolean goesOn(Fact fact) {
    return fact.change() instanceof Change.Continued
        || RunMachine.ended(fact.before()) && !RunMachine.ended(fact.after());
  }
}
