package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** */
public final class NoLostAck extends Invariant {
  public NoLostAck() {
    super(
        "A-1",
        "a command that was answered OK left exactly one fact, the one that the answer names, or"
            + " was so already");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Operation operation : evidence.operations()) {
      Optional<Call.Answered> answer = operation.answer();
      if (operation.invoked().verb().changes() && answer.isPresent()) {
        findings.judged();
        judge(evidence, operation, answer.get(), findings);
      }
    }
  }

  private static void judge(
      Evidence evidence, Operation operation, Call.Answered answer, Findings findings) {
    List<Fact> effects = Commands.acts(evidence, operation.invoked().requestId());
    if (effects.size() > 1) {
      findings.violated(
          operation.entity(),
          "request %s was acknowledged once and acted %d times"
              .formatted(operation.invoked().requestId(), effects.size()),
          Stream.concat(Stream.of(operation.records()), effects.stream().limit(3))
              .toArray(Observation[]::new));
      return;
    }
    if (!effects.isEmpty()
        && effects.getFirst().entity().equals(answer.entity())
        && effects.getFirst().sequence() == answer.sequence()
        && Commands.fits(operation.invoked().verb(), effects.getFirst().change())) {
      return;
    }
    if (Commands.alreadySo(evidence, operation, answer.sequence())) {
      return;
    }
    if (effects.isEmpty()) {
      findings.violated(
          answer.entity(),
          "%s was answered OK at sequence %d, and no fact came of it"
              .formatted(operation.invoked().verb(), answer.sequence()),
          operation.records());
    } else {
      findings.violated(
          answer.entity(),
          "%s was answered OK at sequence %d of %s, but its fact is another"
              .formatted(operation.invoked().verb(), answer.sequence(), answer.entity()),
          operation.invoked(),
          answer,
          effects.getFirst());
    }
  }
}
