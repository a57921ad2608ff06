package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.Map;

/** C-11, by the order of the journal. */
public final class NeedsFirst extends Invariant {
  public NeedsFirst() {
    super(
        "C-11",
        "a task is leased only after its run has stored that each task it needs has succeeded");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      Map<Integer, Fact> succeeded = new HashMap<>();
      for (Fact fact : run.journal().facts()) {
        if (fact.change() instanceof Change.StepsEnded(var ends)) {
          for (Change.StepEnd end : ends) {
            if (end.outcome().equals("SUCCEEDED")) {
              succeeded.putIfAbsent(end.index(), fact);
            }
          }
        }
      }
      for (ExecutionCase execution : run.executions()) {
        execution
            .task()
            .filter(task -> !task.needs().isEmpty())
            .ifPresent(task -> judge(execution, task, succeeded, findings));
      }
    }
  }

  private static void judge(
      ExecutionCase execution,
      Definition.Task task,
      Map<Integer, Fact> succeeded,
      Findings findings) {
    for (Fact fact : execution.journal().facts()) {
      if (!(fact.change() instanceof Change.Leased)) {
        continue;
      }
      findings.judged();
      for (int need : task.needs()) {
        Fact end = succeeded.get(need);
        if (end == null) {
          findings.violated(
              execution.entity(),
              "it was leased, though task %d that it needs never succeeded".formatted(need),
              fact);
        } else if (end.ordering() > fact.ordering()) {
          findings.violated(
              execution.entity(),
              "it was leased before task %d that it needs had succeeded".formatted(need),
              fact,
              end);
        }
      }
      return;
    }
  }
}
