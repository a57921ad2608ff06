package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns;
import dev.pawl.bench.history.evidence.StepTurns.Turn;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.Legality;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

/** A-8, beyond the page: the other half of A-2. */
public final class RightlyRefused extends Invariant {
  public RightlyRefused() {
    super(
        "A-8",
        "a conflict is answered only in a state that the model refuses it in, a version mismatch"
            + " only beside another version, and a command that expects a version acts on that"
            + " one");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Operation operation : evidence.operations()) {
      operation.refusal().ifPresent(refusal -> judge(evidence, operation, refusal, findings));
      if (operation.answer().isPresent() && operation.invoked().expectedVersion().isPresent()) {
        expected(evidence, operation, findings);
      }
    }
  }

  private static void judge(
      Evidence evidence, Operation operation, Call.Refused refusal, Findings findings) {
    Call.Invoked invoked = operation.invoked();
    Optional<EntityJournal> journal = evidence.journal(invoked.entity());
    switch (refusal.reason()) {
      case "RUN_STATE_CONFLICT" -> {
        findings.judged();
        if (!during(
            evidence,
            operation,
            journal,
            (_, state) ->
                invoked.verb().ofRun().isPresent()
                    && Legality.ofRuns()
                        .allows(state, invoked.verb().name(), Legality.Outcome.REFUSE))) {
          findings.violated(
              invoked.entity(),
              "%s was refused as a conflict, in no state in which the model refuses it"
                  .formatted(invoked.verb()),
              operation.records());
        }
      }
      case "STEP_STATE_CONFLICT" -> {
        findings.judged();
        Optional<RunCase> run = evidence.findRun(Names.bare(invoked.entity()));
        Optional<Definition.Task> task = Commands.step(evidence, invoked);
        if (run.isPresent() && task.isPresent()) {
          StepTurns turns = run.get().turns();
          if (!during(
              evidence,
              operation,
              journal,
              (sequence, state) ->
                  mayRefuse(invoked.verb(), state, last(turns.of(task.get().index()), sequence)))) {
            findings.violated(
                invoked.entity(),
                "%s of step %s was refused as a conflict, in no state in which the model refuses it"
                    .formatted(invoked.verb(), invoked.step()),
                operation.records());
          }
        }
      }
      case "VERSION_MISMATCH" -> {
        findings.judged();
        OptionalLong expected = invoked.expectedVersion();
        if (expected.isEmpty()
            || !during(
                evidence, operation, journal, (sequence, _) -> sequence != expected.getAsLong())) {
          findings.violated(
              invoked.entity(),
              "a version mismatch was answered while the entity was at the expected version",
              operation.records());
        }
      }
      default -> {}
    }
  }

  private static Optional<Turn> last(List<Turn> turns, long sequence) {
    return turns.stream()
        .filter(turn -> turn.by().sequence() <= sequence)
        .reduce((_, last) -> last);
  }

  /**
   * Whether a step may refuse a command. What is open is not judged: there the execution, too, has
   * a say.
   */
  private static boolean mayRefuse(Call.Verb verb, String run, Optional<Turn> last) {
    if (last.isEmpty() || !(last.get() instanceof Turn.Ended ended)) {
      return true;
    }
    boolean lives =
        switch (run) {
          case "RUNNING", "PAUSING", "PAUSED", "FAILED", "TERMINATED" -> true;
          default -> false;
        };
    return switch (verb) {
      case STEP_RETRY, STEP_PASS -> !lives || !ended.failed();
      case STEP_REDO, EXECUTION_REDO ->
          !lives || !ended.failed() && !ended.end().outcome().equals("SUCCEEDED");
      default -> true;
    };
  }

  /** Whether the entity stood so at some time between the call and its answer. */
  private static boolean during(
      Evidence evidence,
      Operation operation,
      Optional<EntityJournal> journal,
      BiPredicate<Long, String> wanted) {
    long tolerance = evidence.settings().clockTolerance();
    List<Fact> facts = journal.map(EntityJournal::facts).orElse(List.of());
    for (int i = 0; i < facts.size(); i++) {
      long until = i + 1 < facts.size() ? facts.get(i + 1).at() : Long.MAX_VALUE - tolerance;
      if (facts.get(i).at() - tolerance <= operation.endedAt()
          && until + tolerance >= operation.invoked().at()
          && wanted.test(facts.get(i).sequence(), facts.get(i).after())) {
        return true;
      }
    }
    return false;
  }

  private static void expected(Evidence evidence, Operation operation, Findings findings) {
    long expected = operation.invoked().expectedVersion().orElseThrow();
    Commands.effect(evidence, operation)
        .ifPresent(
            fact -> {
              findings.judged();
              if (fact.sequence() != expected + 1) {
                findings.violated(
                    fact.entity(),
                    "a command that expected version %d acted on version %d"
                        .formatted(expected, fact.sequence() - 1),
                    operation.invoked(),
                    fact);
              }
            });
  }
}
