package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns.Turn;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** C-3. */
public final class OneCompletion extends Invariant {
  public OneCompletion() {
    super(
        "C-3",
        "an attempt is closed once, an execution succeeds once, and a run stores the end of a task"
            + " once, until the task is opened again");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      steps(run, findings);
      for (ExecutionCase execution : run.executions()) {
        attempts(run, execution, findings);
      }
    }
  }

  private static void steps(RunCase run, Findings findings) {
    for (List<Turn> turns : run.turns().all().values()) {
      Turn before = null;
      for (Turn turn : turns) {
        if (turn instanceof Turn.Ended ended && !ended.passed()) {
          findings.judged();
          if (before instanceof Turn.Ended earlier) {
            findings.violated(
                run.entity(),
                "the end of step %s is stored twice".formatted(ended.end().task()),
                earlier.by(),
                ended.by());
          }
        }
        before = turn;
      }
    }
  }

  private static void attempts(RunCase run, ExecutionCase execution, Findings findings) {
    Map<Long, Fact> closed = new HashMap<>();
    Fact succeeded = null;
    for (Fact fact : execution.journal().facts()) {
      long fence =
          switch (fact.change()) {
            case Change.AttemptFailed failed -> failed.fence();
            case Change.Undone undone -> undone.fence();
            case Change.Stopped stopped -> stopped.fence();
            case Change.Ended ended when !afterWait(fact) -> ended.fence();
            default -> 0;
          };
      if (fence == 0) {
        continue;
      }
      findings.judged();
      Fact before = closed.put(fence, fact);
      if (before != null) {
        findings.violated(
            execution.entity(),
            "the attempt under fence %d was closed twice".formatted(fence),
            before,
            fact);
      }
      if (fact.change() instanceof Change.Ended ended && ended.status().equals("SUCCEEDED")) {
        both(run, execution, succeeded, fact, findings);
        succeeded = fact;
      }
    }
  }

  /** An execution that is stopped while it waits ends under the fence of a closed attempt. */
  private static boolean afterWait(Fact fact) {
    return fact.before().equals("RETRY_WAIT")
        || fact.before().isEmpty()
        // Its clean-up found no worker.
        || fact.cause() instanceof Cause.Timer(var name) && name.equals("CLEAN_UP_TIMEOUT");
  }

  private static void both(
      RunCase run, ExecutionCase execution, @Nullable Fact before, Fact fact, Findings findings) {
    if (before != null
        && !execution
            .task()
            .filter(task -> run.turns().opened(task.index(), before, fact))
            .isPresent()) {
      findings.violated(execution.entity(), "it succeeded twice", before, fact);
    }
  }
}
