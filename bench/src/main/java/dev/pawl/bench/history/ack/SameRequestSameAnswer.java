package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;

/**
 *
 *
 * <p>What was so already is not remembered: a repeat of it may be answered at another sequence, and
 * may come to act.
 */
public final class SameRequestSameAnswer extends Invariant {
  public SameRequestSameAnswer() {
    super("A-4", "one request id has one body, and all its OK answers name the one fact it left");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    evidence
        .requests()
        .forEach(
            (request, operations) -> {
              if (operations.size() > 1) {
                findings.judged();
                judge(evidence, request, operations, findings);
              }
            });
    evidence
        .effects()
        .forEach(
            (request, facts) -> {
              if (facts.stream().map(SameRequestSameAnswer::body).distinct().count() > 1) {
                findings.violated(
                    facts.getFirst().entity(),
                    "request %s acted with two different bodies".formatted(request),
                    facts.getFirst(),
                    facts.getLast());
              }
            });
  }

  private static String body(Fact fact) {
    return fact.cause() instanceof Cause.Command command ? command.bodyHash() : "";
  }

  private static void judge(
      Evidence evidence, String request, List<Operation> operations, Findings findings) {
    List<Operation> done =
        operations.stream()
            .filter(operation -> operation.answer().isPresent())
            .filter(operation -> !repeatOfWhatWasSo(evidence, operation))
            .toList();
    for (int i = 1; i < done.size(); i++) {
      Call.Answered one = done.get(i - 1).answer().orElseThrow();
      Call.Answered other = done.get(i).answer().orElseThrow();
      if (!one.entity().equals(other.entity()) || one.sequence() != other.sequence()) {
        findings.violated(
            one.entity(),
            "request %s was answered with sequence %d of %s, then with sequence %d of %s"
                .formatted(request, one.sequence(), one.entity(), other.sequence(), other.entity()),
            done.get(i - 1).invoked(),
            one,
            done.get(i).invoked(),
            other);
      } else if (!done.get(i - 1).invoked().bodyHash().equals(done.get(i).invoked().bodyHash())) {
        findings.violated(
            one.entity(),
            "request %s came with two different bodies, and both were answered OK"
                .formatted(request),
            done.get(i - 1).invoked(),
            one,
            done.get(i).invoked(),
            other);
      }
    }
  }

  private static boolean repeatOfWhatWasSo(Evidence evidence, Operation operation) {
    Call.Answered answer = operation.answer().orElseThrow();
    boolean ofItsFact =
        evidence.effects(operation.invoked().requestId()).stream()
            .anyMatch(
                fact ->
                    fact.entity().equals(answer.entity()) && fact.sequence() == answer.sequence());
    return !ofItsFact && Commands.alreadySo(evidence, operation, answer.sequence());
  }
}
