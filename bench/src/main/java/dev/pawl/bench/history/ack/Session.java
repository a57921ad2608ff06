package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.Map;

/** */
public final class Session extends Invariant {
  public Session() {
    super(
        "A-6",
        "a list shows a client no entity older than it did before, and none older than it was told"
            + " to");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Map<String, Operation> newest = new HashMap<>();
    for (Operation operation : evidence.operations()) {
      if (operation.invoked().verb() != Call.Verb.LIST || operation.answer().isEmpty()) {
        continue;
      }
      Call.Answered answer = operation.answer().get();
      if (operation.invoked().atLeast() > 0) {
        findings.judged();
        if (answer.sequence() < operation.invoked().atLeast()) {
          findings.violated(
              operation.invoked().entity(),
              "a list that was told to show sequence %d at least showed %d"
                  .formatted(operation.invoked().atLeast(), answer.sequence()),
              operation.records());
        }
      }
      String key = operation.invoked().client() + " " + operation.invoked().entity();
      Operation before = newest.get(key);
      if (before != null && before.endedAt() < operation.invoked().at()) {
        findings.judged();
        if (answer.sequence() < before.answer().orElseThrow().sequence()) {
          findings.violated(
              operation.invoked().entity(),
              "client %s saw sequence %d in a list, then %d"
                  .formatted(
                      operation.invoked().client(),
                      before.answer().orElseThrow().sequence(),
                      answer.sequence()),
              before.invoked(),
              before.answer().orElseThrow(),
              operation.invoked(),
              answer);
        }
      }
      if (before == null || answer.sequence() >= before.answer().orElseThrow().sequence()) {
        newest.put(key, operation);
      }
    }
  }
}
