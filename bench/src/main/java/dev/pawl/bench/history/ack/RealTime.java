package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** */
public final class RealTime extends Invariant {
  public RealTime() {
    super(
        "A-5",
        "what began after an answer comes later than it: a command's fact has a higher sequence, a"
            + " read shows no lower one");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Map<String, List<Operation>> byEntity = new HashMap<>();
    for (Operation operation : evidence.operations()) {
      if (operation.answer().isPresent() && operation.invoked().verb() != Call.Verb.LIST) {
        byEntity.computeIfAbsent(operation.entity(), _ -> new ArrayList<>(2)).add(operation);
      }
    }
    byEntity.forEach(
        (entity, operations) -> {
          if (operations.size() > 1) {
            judge(evidence, entity, operations, findings);
          }
        });
  }

  /** Sweeps over time with the highest sequence that any answer named before. */
  private static void judge(
      Evidence evidence, String entity, List<Operation> operations, Findings findings) {
    List<Operation> byEnd = new ArrayList<>(operations);
    byEnd.sort(Comparator.comparingLong(Operation::endedAt));
    int next = 0;
    Operation highest = null;
    for (Operation operation : operations) {
      while (next < byEnd.size() && byEnd.get(next).endedAt() < operation.invoked().at()) {
        if (highest == null || sequence(byEnd.get(next)) > sequence(highest)) {
          highest = byEnd.get(next);
        }
        next++;
      }
      if (highest == null || !Commands.first(evidence, operation)) {
        continue;
      }
      findings.judged();
      boolean acted =
          operation.invoked().verb().changes()
              && Commands.effect(evidence, operation)
                  .filter(fact -> fact.sequence() == sequence(operation))
                  .isPresent();
      if (sequence(operation) < sequence(highest)
          || (acted && sequence(operation) == sequence(highest))) {
        findings.violated(
            entity,
            "%s was answered at sequence %d, though an answer before it had named %d"
                .formatted(operation.invoked().verb(), sequence(operation), sequence(highest)),
            highest.invoked(),
            highest.answer().orElseThrow(),
            operation.invoked(),
            operation.answer().orElseThrow());
      }
    }
  }

  private static long sequence(Operation operation) {
    return operation.answer().orElseThrow().sequence();
  }
}
