package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.ExecutionMachine;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** B-3. Of each entity the first fault is shown: what follows it follows from it. */
public final class LegalTransitions extends Invariant {
  public LegalTransitions() {
    super("B-3", "each fact is a transition that the model has, between the states that it names");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      judge(run.journal(), new RunMachine(run.definition())::take, findings);
      String profile = run.definition().map(Definition::profile).orElse("*");
      for (ExecutionCase execution : run.executions()) {
        StepTurns turns = run.turns();
        int index = execution.task().map(Definition.Task::index).orElse(-1);
        judge(
            execution.journal(),
            new ExecutionMachine(profile, lease -> turns.undoneBefore(index, lease))::take,
            findings);
      }
    }
    for (EntityJournal journal : evidence.others()) {
      String kind = Names.kind(journal.entity());
      if (kind.equals("workflow") || kind.equals("task")) {
        judge(journal, new Versions()::take, findings);
      } else {
        findings.violated(
            journal.entity(), "the model has no such entity", journal.facts().getFirst());
      }
    }
  }

  private static void judge(
      EntityJournal journal, Function<Fact, Optional<String>> machine, Findings findings) {
    List<Fact> facts = journal.facts();
    boolean sound = true;
    for (int i = 0; i < facts.size(); i++) {
      findings.judged();
      Optional<String> problem = machine.apply(facts.get(i));
      if (problem.isPresent() && sound) {
        sound = false;
        if (i == 0) {
          findings.violated(journal.entity(), problem.get(), facts.get(i));
        } else {
          findings.violated(journal.entity(), problem.get(), facts.get(i - 1), facts.get(i));
        }
      }
    }
  }

  /** The versions of a definition. */
  private static final class Versions {
    private long version;
    private String hash = "";

    Optional<String> take(Fact fact) {
      if (!(fact.change() instanceof Change.Submitted(var number, var content))) {
        return Optional.of(
            "%s is no fact of a definition".formatted(fact.change().getClass().getSimpleName()));
      }
      Optional<String> problem =
          number != version + 1
              ? Optional.of("version %d follows version %d".formatted(number, version))
              : content.equals(hash)
                  ? Optional.of("version %d has the content of the one before".formatted(number))
                  : Optional.empty();
      version = number;
      hash = content;
      return problem;
    }
  }
}
