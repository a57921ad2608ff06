package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** C-3. */
public final class OneCompletion extends Invariant {
  public OneCompletion() {
    super(
        "C-3",
        "an attempt is closed once, an execution succeeds once, and a run stores the end of a task"
            + " once");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      steps(run, findings);
      for (ExecutionCase execution : run.executions()) {
        attempts(execution, findings);
      }
    }
  }

  private static void steps(RunCase run, Findings findings) {
    Map<Integer, Fact> ended = new HashMap<>();
    for (Fact fact : run.journal().facts()) {
      if (fact.change() instanceof Change.StepsEnded(var ends)) {
        for (Change.StepEnd end : ends) {
          findings.judged();
          Fact before = ended.put(end.index(), fact);
          if (before != null) {
            findings.violated(
                run.entity(),
                "the end of step %s is stored twice".formatted(end.task()),
                before,
                fact);
          }
        }
      }
    }
  }

  private static void attempts(ExecutionCase execution, Findings findings) {
    Map<Long, Fact> closed = new HashMap<>();
    Fact succeeded = null;
    for (Fact fact : execution.journal().facts()) {
      long fence =
          fact.change() instanceof Change.AttemptFailed failed
              ? failed.fence()
              : fact.change() instanceof Change.Ended ended && !afterWait(fact) ? ended.fence() : 0;
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
        both(execution, succeeded, fact, findings);
        succeeded = fact;
      }
    }
  }

  /** An execution that is stopped while it waits ends under the fence of a closed attempt. */
  private static boolean afterWait(Fact fact) {
    return fact.before().equals("RETRY_WAIT") || fact.before().isEmpty();
  }

  private static void both(
      ExecutionCase execution, @Nullable Fact before, Fact fact, Findings findings) {
    if (before != null) {
      findings.violated(execution.entity(), "it succeeded twice", before, fact);
    }
  }
}
