package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.ExecutionMachine;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** B-8, for runs and their executions; runs have no child runs yet. */
public final class ParentAndChild extends Invariant {
  public ParentAndChild() {
    super(
        "B-8",
        "an execution belongs to a run and a task that are there; its end and what its run stores"
            + " of it are one; nothing of a run happens after its end");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      judge(run, findings);
    }
  }

  /** An end of a task, and the fact of the run that stores it. */
  private record Told(Change.StepEnd end, Fact by) {}

  private static void judge(RunCase run, Findings findings) {
    if (run.definition().isEmpty() && !run.journal().facts().isEmpty()) {
      // Nothing names its tasks: the history is not whole, and V-0 says so.
      return;
    }
    Map<String, Told> told = new HashMap<>();
    Optional<Fact> runEnd = Optional.empty();
    for (Fact fact : run.journal().facts()) {
      if (fact.change() instanceof Change.StepsEnded(var ends)) {
        ends.forEach(end -> told.put(end.task(), new Told(end, fact)));
      }
      if (fact.change() instanceof Change.RunEnded) {
        runEnd = Optional.of(fact);
      }
    }
    for (ExecutionCase execution : run.executions()) {
      if (!execution.journal().facts().isEmpty()) {
        findings.judged();
        judge(run, execution, told, runEnd, findings);
      }
    }
    // What is left names no execution that ever was.
    told.values()
        .forEach(
            left ->
                findings.violated(
                    run.entity(),
                    "it stores the end of step %s, whose execution has no fact"
                        .formatted(left.end().task()),
                    left.by()));
  }

  private static void judge(
      RunCase run,
      ExecutionCase execution,
      Map<String, Told> told,
      Optional<Fact> runEnd,
      Findings findings) {
    Fact first = execution.journal().facts().getFirst();
    Fact last = execution.journal().facts().getLast();
    String task = Names.task(execution.id());
    Told end = told.remove(task);
    if (run.journal().facts().isEmpty()) {
      findings.violated(execution.entity(), "its run has no fact", first);
      return;
    }
    if (run.definition().isPresent() && execution.task().isEmpty()) {
      findings.violated(execution.entity(), "its run's definition has no such task", first);
    }
    if (end != null && !same(end.end(), last)) {
      findings.violated(
          execution.entity(), "its run stores another end of it than it has", last, end.by());
    } else if (end != null && end.by().ordering() < last.ordering()) {
      findings.violated(
          execution.entity(), "its run stored its end before it had ended", last, end.by());
    }
    if (runEnd.isEmpty()) {
      return;
    }
    if (last.ordering() > runEnd.get().ordering()) {
      findings.violated(
          execution.entity(),
          "something happened to it after its run had ended",
          runEnd.get(),
          last);
    } else if (!ExecutionMachine.ended(last.after())) {
      findings.violated(execution.entity(), "its run ended while it had not", last, runEnd.get());
    } else if (end == null) {
      findings.violated(
          execution.entity(), "its run ended without having stored its end", last, runEnd.get());
    }
  }

  private static boolean same(Change.StepEnd end, Fact last) {
    if (!(last.change() instanceof Change.Ended ended)) {
      return false;
    }
    String outcome = ended.status().equals("TIMED_OUT") ? "FAILED" : ended.status();
    return end.outcome().equals(outcome)
        && end.reason().equals(ended.reason())
        && end.fence() == ended.fence()
        && end.endedAt() == last.at()
        && end.outputsHash().equals(ended.outputsHash());
  }
}
