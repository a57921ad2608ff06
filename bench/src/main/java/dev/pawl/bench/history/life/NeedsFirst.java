package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.evidence.StepTurns;
import dev.pawl.bench.history.evidence.StepTurns.Turn;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
import java.util.Optional;

/** C-11, by the order of the journal. */
public final class NeedsFirst extends Invariant {
  public NeedsFirst() {
    super(
        "C-11",
        "a task is leased only after its run has stored that each task it needs has succeeded, and"
            + " taken back only after each that needs it was");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      StepTurns turns = run.turns();
      for (ExecutionCase execution : run.executions()) {
        execution
            .task()
            .ifPresent(
                task -> {
                  for (Fact lease : Goes.forward(execution)) {
                    task.needs()
                        .forEach(
                            need -> forward(evidence, execution, turns, need, lease, findings));
                  }
                  for (Fact lease : Goes.backward(execution)) {
                    downstream(run, task)
                        .forEach(next -> backward(execution, turns, next, lease, findings));
                  }
                });
      }
    }
  }

  private static List<Integer> downstream(RunCase run, Definition.Task task) {
    return run.definition().map(Definition::tasks).orElse(List.of()).stream()
        .filter(other -> other.needs().contains(task.index()))
        .map(Definition.Task::index)
        .toList();
  }

  private static void forward(
      Evidence evidence,
      ExecutionCase execution,
      StepTurns turns,
      int need,
      Fact lease,
      Findings findings) {
    findings.judged();
    Optional<Turn> last = turns.before(need, lease);
    if (last.filter(turn -> holds(evidence, turns, need, turn, lease)).isPresent()) {
      return;
    }
    Optional<Turn> later =
        turns.of(need).stream()
            .filter(turn -> turn.by().ordering() > lease.ordering())
            .filter(NeedsFirst::succeeded)
            .findFirst();
    if (later.isEmpty()) {
      findings.violated(
          execution.entity(),
          "it was leased, though task %d that it needs never succeeded".formatted(need),
          lease);
    } else {
      findings.violated(
          execution.entity(),
          "it was leased before task %d that it needs had succeeded".formatted(need),
          lease,
          later.get().by());
    }
  }

  private static boolean succeeded(Turn turn) {
    return turn instanceof Turn.Ended ended && ended.end().outcome().equals("SUCCEEDED");
  }

  /** Whether a need holds; one that has just been opened again alone may not have been told yet. */
  private static boolean holds(
      Evidence evidence, StepTurns turns, int need, Turn last, Fact lease) {
    return succeeded(last)
        || last instanceof Turn.Opened opened
            && opened.how().equals("STEP_REDONE")
            && turns.before(need, opened.by()).filter(NeedsFirst::succeeded).isPresent()
            && lease.at() - opened.by().at() - evidence.settings().lateness()
                <= evidence.faults().within(opened.by().at(), lease.at());
  }

  private static void backward(
      ExecutionCase execution, StepTurns turns, int next, Fact lease, Findings findings) {
    findings.judged();
    turns
        .before(next, lease)
        .filter(
            turn ->
                switch (turn) {
                  case Turn.Opened opened -> opened.how().equals("ROLLBACK");
                  case Turn.Ended ended -> ended.end().outcome().equals("ROLLBACK_FAILED");
                })
        .ifPresent(
            turn ->
                findings.violated(
                    execution.entity(),
                    "its undo was leased before task %d that needs it was undone".formatted(next),
                    turn.by(),
                    lease));
  }
}
