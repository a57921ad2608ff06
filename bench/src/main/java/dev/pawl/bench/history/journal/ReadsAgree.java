package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns;
import dev.pawl.bench.history.evidence.StepTurns.Turn;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.Optional;

/** B-6. */
public final class ReadsAgree extends Invariant {
  public ReadsAgree() {
    super(
        "B-6",
        "a read shows the state that the journal has at the sequence it names; in the end that is"
            + " the last");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Operation operation : evidence.operations()) {
      operation
          .answer()
          .filter(answer -> !answer.state().isEmpty())
          .ifPresent(answer -> during(evidence, operation, answer, findings));
    }
    for (RunCase run : evidence.runs()) {
      Optional<StepTurns> turns = Optional.empty();
      for (Final found : run.finals()) {
        switch (found) {
          case Final.Run head -> head(run, head, findings);
          case Final.Step step -> {
            StepTurns all = turns.orElseGet(run::turns);
            turns = Optional.of(all);
            step(run, step, all.end(step.index()).map(Turn.Ended::end), findings);
          }
          case Final.Settled _,
              Final.Listed _,
              Final.RunRow _,
              Final.DefinitionRow _,
              Final.WakeRow _,
              Final.Worker _ -> {}
        }
      }
    }
  }

  private static void during(
      Evidence evidence, Operation operation, Call.Answered answer, Findings findings) {
    Optional<EntityJournal> journal = evidence.journal(answer.entity());
    if (journal.isEmpty() || journal.get().at(answer.sequence()).isEmpty()) {
      if (!operation.invoked().verb().changes() && answer.sequence() > 0) {
        findings.judged();
        findings.violated(
            answer.entity(),
            "a read showed sequence %d, which the journal does not have"
                .formatted(answer.sequence()),
            operation.records());
      }
      return;
    }
    findings.judged();
    // A command is answered with the number of its fact and with the run as it is by then.
    boolean agrees =
        operation.invoked().verb().changes()
            ? journal.get().facts().stream()
                .anyMatch(
                    fact ->
                        fact.sequence() >= answer.sequence() && fact.after().equals(answer.state()))
            : journal.get().stateAt(answer.sequence()).equals(answer.state());
    if (!agrees) {
      findings.violated(
          answer.entity(),
          "%s showed %s at sequence %d, where the journal has %s"
              .formatted(
                  operation.invoked().verb(),
                  answer.state(),
                  answer.sequence(),
                  journal.get().stateAt(answer.sequence())),
          operation.invoked(),
          answer,
          journal.get().at(answer.sequence()).orElseThrow());
    }
  }

  private static void head(RunCase run, Final.Run head, Findings findings) {
    findings.judged();
    Optional<Fact> last = run.journal().last();
    if (last.isEmpty()) {
      findings.violated(run.entity(), "a run is shown that the journal does not have", head);
      return;
    }
    String reason =
        switch (last.get().change()) {
          case Change.RunEnded end -> end.reason();
          case Change.RunPassed _ -> "PASSED";
          default -> "";
        };
    if (head.sequence() != last.get().sequence()
        || !head.state().equals(last.get().after())
        || !head.reason().equals(reason)) {
      findings.violated(
          run.entity(),
          "in the end it is shown %s at sequence %d, where the journal ends %s at %d"
              .formatted(head.state(), head.sequence(), last.get().after(), last.get().sequence()),
          head,
          last.get());
    }
  }

  private static void step(
      RunCase run, Final.Step step, Optional<Change.StepEnd> end, Findings findings) {
    findings.judged();
    if (end.isPresent()) {
      // Of a step that had nothing to take back the fact says no more than that.
      boolean undone = end.get().outcome().equals("ROLLED_BACK") && end.get().fence() == 0;
      if (!step.state().equals(end.get().outcome())
          || !undone
              && (step.attempt() != end.get().attempt() || step.fence() != end.get().fence())) {
        findings.violated(
            run.entity(),
            "step %s is shown %s after attempt %d, where the journal has %s after %d"
                .formatted(
                    step.task(),
                    step.state(),
                    step.attempt(),
                    end.get().outcome(),
                    end.get().attempt()),
            step);
      }
      return;
    }
    // A stop ends what never began, outside OPS (C3.2).
    boolean endedByStop =
        step.state().equals("TERMINATED")
            && step.attempt() == 0
            && run.journal().facts().stream().anyMatch(fact -> fact.after().equals("TERMINATED"));
    switch (step.state()) {
      case "SUCCEEDED", "FAILED", "TERMINATED", "SKIPPED" -> {
        if (!endedByStop) {
          findings.violated(
              run.entity(),
              "step %s is shown %s, and the journal has no end of it"
                  .formatted(step.task(), step.state()),
              step);
        }
      }
      default -> {}
    }
  }
}
