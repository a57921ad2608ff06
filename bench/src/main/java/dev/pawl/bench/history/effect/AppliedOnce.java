package dev.pawl.bench.history.effect;

import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.Map;

/** */
public final class AppliedOnce extends Invariant {
  public AppliedOnce() {
    super("X-1", "an idempotent task's effect is applied once, over all its attempts");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Map<String, Effect> applied = new HashMap<>();
    for (Effect effect : evidence.ledger()) {
      boolean idempotent =
          evidence
              .execution(effect.execution())
              .flatMap(ExecutionCase::task)
              .filter(task -> task.effect() == Definition.EffectKind.IDEMPOTENT)
              .isPresent();
      if (!idempotent || effect.answer() != Effect.Answer.APPLIED) {
        continue;
      }
      findings.judged();
      Effect before = applied.putIfAbsent(effect.key(), effect);
      if (before != null) {
        findings.violated(
            effect.execution(),
            "the effect " + effect.key() + " was applied twice",
            before,
            effect);
      }
    }
  }
}
