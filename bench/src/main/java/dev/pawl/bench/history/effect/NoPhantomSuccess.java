package dev.pawl.bench.history.effect;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;

/** */
public final class NoPhantomSuccess extends Invariant {
  public NoPhantomSuccess() {
    super(
        "X-3",
        "an execution that succeeded, of a task that acts, had called the ledger under the fence"
            + " that succeeded");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        boolean acts =
            execution
                .task()
                .filter(task -> task.effect() != Definition.EffectKind.NONE)
                .isPresent();
        if (!acts || execution.journal().facts().isEmpty()) {
          continue;
        }
        execution.journal().facts().forEach(fact -> judge(evidence, execution, fact, findings));
      }
    }
  }

  private static void judge(
      Evidence evidence, ExecutionCase execution, Fact fact, Findings findings) {
    if (!(fact.change() instanceof Change.Ended ended) || !ended.status().equals("SUCCEEDED")) {
      return;
    }
    findings.judged();
    boolean called =
        execution.effects().stream()
            .anyMatch(
                effect ->
                    effect.fence() == ended.fence()
                        && effect.answer() != Effect.Answer.REFUSED
                        && effect.at() <= fact.at() + evidence.settings().clockTolerance());
    if (!called) {
      findings.violated(
          execution.entity(),
          "it succeeded under fence %d, and the ledger was not called under it"
              .formatted(ended.fence()),
          fact);
    }
  }
}
