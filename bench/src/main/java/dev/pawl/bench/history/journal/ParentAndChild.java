package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns;
import dev.pawl.bench.history.evidence.StepTurns.Turn;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.ExecutionMachine;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.HashMap;
import java.util.List;
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

  private static void judge(RunCase run, Findings findings) {
    if (run.definition().isEmpty() && !run.journal().facts().isEmpty()) {
      // Nothing names its tasks: the history is not whole, and V-0 says so.
      return;
    }
    StepTurns turns = run.turns();
    Map<String, ExecutionCase> executions = new HashMap<>();
    for (ExecutionCase execution : run.executions()) {
      if (!execution.journal().facts().isEmpty()) {
        executions.put(Names.task(execution.id()), execution);
        findings.judged();
        judge(run, execution, turns, findings);
      }
    }
    for (List<Turn> of : turns.all().values()) {
      for (int i = 0; i < of.size(); i++) {
        if (of.get(i) instanceof Turn.Ended told && !told.passed()) {
          stored(
              run,
              told,
              of.subList(0, i),
              Optional.ofNullable(executions.get(told.end().task())),
              findings);
        }
      }
    }
  }

  /** What a run stores of the end of a task is what its execution came to. */
  private static void stored(
      RunCase run,
      Turn.Ended told,
      List<Turn> before,
      Optional<ExecutionCase> execution,
      Findings findings) {
    Change.StepEnd end = told.end();
    if (undoneByTheWay(end) || again(told, before)) {
      return;
    }
    List<Fact> facts =
        execution.map(ExecutionCase::journal).map(EntityJournal::facts).orElse(List.of());
    Optional<Halt> halt = Halt.of(run, told);
    if (halt.isPresent() && neverBegan(halt.get(), told, before, facts)) {
      return;
    }
    if (execution.isEmpty()) {
      findings.violated(
          run.entity(),
          "it stores the end of step %s, whose execution has no fact".formatted(end.task()),
          told.by());
      return;
    }
    Optional<Fact> its = facts.stream().filter(fact -> same(end, fact, halt)).findFirst();
    if (its.isEmpty()) {
      findings.violated(
          execution.get().entity(),
          "its run stores another end of it than it has",
          facts.getLast(),
          told.by());
    } else if (its.get().ordering() > told.by().ordering()) {
      findings.violated(
          execution.get().entity(),
          "its run stored its end before it had ended",
          its.get(),
          told.by());
    }
  }

  /** It had nothing to take back. */
  private static boolean undoneByTheWay(Change.StepEnd end) {
    return end.outcome().equals("ROLLED_BACK") && end.fence() == 0;
  }

  /** Whether an undo was given up before it came to this one: it stands as it did before. */
  private static boolean again(Turn.Ended told, List<Turn> before) {
    return told.by().cause() instanceof Cause.Command
        && before.stream()
            .anyMatch(turn -> turn instanceof Turn.Ended ended && ended.end().equals(told.end()));
  }

  /** What a step counts as that was told to stop. */
  private enum Halt {
    STOPPED,
    PASSED;

    static Optional<Halt> of(RunCase run, Turn.Ended told) {
      Optional<Halt> halt = Optional.empty();
      int index = told.end().index();
      for (Fact fact : run.journal().facts()) {
        switch (fact.change()) {
          case Change.StepStopBegan(var step, var passing) when step == index ->
              halt = Optional.of(passing ? PASSED : STOPPED);
          case Change.StepsEnded(var ends)
              when fact.ordering() < told.by().ordering()
                  && ends.stream().anyMatch(end -> end.index() == index) ->
              halt = Optional.empty();
          // What never began again stays to be undone or repeated.
          case Change.RunStopBegan _ -> halt = halt.or(() -> Optional.of(STOPPED));
          case Change.WentOn(var how, _) when how.equals("REDONE") -> halt = Optional.empty();
          default -> {
            // Nothing else tells a step to stop, or that it need not.
          }
        }
        if (fact.ordering() >= told.by().ordering()) {
          break;
        }
      }
      if (told.by().cause() instanceof Cause.Command) {
        // What was told of the step itself counts, whatever its run was told before.
        return Optional.of(
            told.end().outcome().equals("SUCCEEDED") ? PASSED : halt.orElse(STOPPED));
      }
      return halt.or(() -> endsWith(run, told) ? Optional.of(STOPPED) : Optional.empty());
    }

    /** Whether the run ended in the same write: what never began again stays to be repeated. */
    private static boolean endsWith(RunCase run, Turn.Ended told) {
      return run.journal().facts().stream()
          .anyMatch(
              fact ->
                  fact.change() instanceof Change.RunEnded
                      && fact.xid() == told.by().xid()
                      && fact.ordering() > told.by().ordering());
    }
  }

  /** Whether a step was stopped, or passed, of which nothing had begun (again). */
  private static boolean neverBegan(
      Halt halt, Turn.Ended told, List<Turn> before, List<Fact> facts) {
    Change.StepEnd end = told.end();
    String wanted = halt == Halt.PASSED ? "SUCCEEDED" : "TERMINATED";
    long since = before.isEmpty() ? Long.MIN_VALUE : before.getLast().by().ordering();
    long fence =
        before.stream()
            .filter(Turn.Ended.class::isInstance)
            .map(Turn.Ended.class::cast)
            .mapToLong(turn -> turn.end().fence())
            .reduce(0, (_, last) -> last);
    return end.outcome().equals(wanted)
        && end.fence() <= fence
        && facts.stream()
            .noneMatch(
                fact ->
                    fact.ordering() > since
                        && fact.ordering() < told.by().ordering()
                        && fact.change() instanceof Change.Leased);
  }

  private static void judge(
      RunCase run, ExecutionCase execution, StepTurns turns, Findings findings) {
    List<Fact> facts = execution.journal().facts();
    Fact first = facts.getFirst();
    if (run.journal().facts().isEmpty()) {
      findings.violated(execution.entity(), "its run has no fact", first);
      return;
    }
    if (execution.task().isEmpty()) {
      findings.violated(execution.entity(), "its run's definition has no such task", first);
      return;
    }
    Optional<Fact> ended = Optional.empty();
    for (Fact fact : run.journal().facts()) {
      if (ended.isPresent() && !RunMachine.ended(fact.after())) {
        between(execution, ended.get(), Optional.of(fact), findings);
        ended = Optional.empty();
      }
      if (fact.change() instanceof Change.RunEnded) {
        ended = Optional.of(fact);
        over(execution, turns, execution.task().get().index(), fact, findings);
      }
    }
    ended.ifPresent(end -> between(execution, end, Optional.empty(), findings));
  }

  /** Nothing happens to it between the end of its run and what has that go on. */
  private static void between(
      ExecutionCase execution, Fact runEnd, Optional<Fact> goesOn, Findings findings) {
    execution.journal().facts().stream()
        .filter(fact -> fact.ordering() > runEnd.ordering())
        .filter(fact -> goesOn.filter(next -> next.ordering() < fact.ordering()).isEmpty())
        .reduce((_, last) -> last)
        .ifPresent(
            fact ->
                findings.violated(
                    execution.entity(),
                    "something happened to it after its run had ended",
                    runEnd,
                    fact));
  }

  /** When its run ends it has ended, and its run has stored how. */
  private static void over(
      ExecutionCase execution, StepTurns turns, int index, Fact runEnd, Findings findings) {
    Optional<Fact> last =
        execution.journal().facts().stream()
            .filter(fact -> fact.ordering() < runEnd.ordering())
            .reduce((_, later) -> later);
    if (last.isEmpty()) {
      return;
    }
    if (!ExecutionMachine.ended(last.get().after())) {
      findings.violated(execution.entity(), "its run ended while it had not", last.get(), runEnd);
      return;
    }
    boolean stored =
        turns.of(index).stream()
            .anyMatch(
                turn ->
                    turn instanceof Turn.Ended
                        && turn.by().ordering() > last.get().ordering()
                        && turn.by().ordering() < runEnd.ordering());
    if (!stored) {
      findings.violated(
          execution.entity(), "its run ended without having stored its end", last.get(), runEnd);
    }
  }

  private static boolean same(Change.StepEnd end, Fact fact, Optional<Halt> halt) {
    if (!(fact.change() instanceof Change.Ended ended) || end.fence() != ended.fence()) {
      return false;
    }
    String outcome = ended.status().equals("TIMED_OUT") ? "FAILED" : ended.status();
    if (halt.filter(Halt.PASSED::equals).isPresent() && !outcome.equals("SUCCEEDED")) {
      return end.outcome().equals("SUCCEEDED");
    }
    boolean sameReason =
        end.reason().equals(ended.reason())
            // The step was stopped, whatever its run was told besides.
            || halt.filter(Halt.STOPPED::equals).isPresent()
                && end.reason().equals("STOPPED")
                && ended.reason().equals("FORCED_PAUSE");
    return end.outcome().equals(outcome)
        && sameReason
        && end.endedAt() == fact.at()
        && end.outputsHash().equals(ended.outputsHash());
  }
}
