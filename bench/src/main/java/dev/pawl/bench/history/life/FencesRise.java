package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** C-2. */
public final class FencesRise extends Invariant {
  public FencesRise() {
    super(
        "C-2",
        "each lease of an execution has a higher fence than the one before, and what is stored of"
            + " an attempt carries the fence that is current");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        judge(execution, findings);
      }
    }
  }

  private static void judge(ExecutionCase execution, Findings findings) {
    Fact leased = null;
    long current = 0;
    for (Fact fact : execution.journal().facts()) {
      if (fact.change() instanceof Change.Leased lease) {
        findings.judged();
        if (lease.fence() <= current) {
          violated(
              execution,
              "a lease has fence %d after fence %d".formatted(lease.fence(), current),
              leased,
              fact,
              findings);
        }
        current = Math.max(current, lease.fence());
        leased = fact;
        continue;
      }
      OptionalLong fence = fence(fact.change());
      if (fence.isEmpty()) {
        continue;
      }
      findings.judged();
      if (fence.getAsLong() != current) {
        violated(
            execution,
            "%s carries fence %d while fence %d is current"
                .formatted(fact.change().getClass().getSimpleName(), fence.getAsLong(), current),
            leased,
            fact,
            findings);
      } else if (fact.cause() instanceof Cause.Report(var worker, var reported)
          && (reported != current || !worker.equals(worker(leased)))) {
        violated(
            execution,
            "a report of worker %s under fence %d was stored while worker %s holds fence %d"
                .formatted(worker, reported, worker(leased), current),
            leased,
            fact,
            findings);
      }
    }
  }

  private static String worker(@Nullable Fact leased) {
    return leased != null && leased.change() instanceof Change.Leased lease ? lease.worker() : "";
  }

  private static OptionalLong fence(Change change) {
    return switch (change) {
      case Change.AttemptFailed failed -> OptionalLong.of(failed.fence());
      case Change.StopBegan stop -> OptionalLong.of(stop.fence());
      case Change.Ended ended -> OptionalLong.of(ended.fence());
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
          Change.Leased _ ->
          OptionalLong.empty();
      case Change.Undone undone -> OptionalLong.of(undone.fence());
      case Change.Stopped stopped -> OptionalLong.of(stopped.fence());
    };
  }

  private static void violated(
      ExecutionCase execution,
      String problem,
      @Nullable Fact before,
      Fact fact,
      Findings findings) {
    if (before == null) {
      findings.violated(execution.entity(), problem, fact);
    } else {
      findings.violated(execution.entity(), problem, before, fact);
    }
  }
}
