package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.reference.Legality;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a command does when it is carried out. */
final class Commands {
  private static final String SUCCEEDED = "SUCCEEDED";
  private static final String TERMINATED = "TERMINATED";
  private static final String ROLLED_BACK = "ROLLED_BACK";
  private static final String ROLLBACK_FAILED = "ROLLBACK_FAILED";

  private Commands() {}

  /** Whether a command of this verb begins with such a fact. */
  static boolean fits(Call.Verb verb, Change change) {
    return switch (verb) {
      case SUBMIT -> change instanceof Change.Submitted;
      case START -> change instanceof Change.RunCreated;
      case PAUSE -> change instanceof Change.PauseBegan(var forced) && !forced;
      case FORCED_PAUSE -> change instanceof Change.PauseBegan(var forced) && forced;
      case CONTINUE -> change instanceof Change.Continued;
      case STOP -> change instanceof Change.RunStopBegan;
      case RETRY, STEP_RETRY -> goesOn(change, "RETRIED");
      case ROLLBACK -> goesOn(change, "ROLLBACK");
      case PASS -> change instanceof Change.RunPassed;
      case REDO -> goesOn(change, "REDONE");
      case STEP_REDO, EXECUTION_REDO -> goesOn(change, "STEP_REDONE");
      case STEP_PASS ->
          change instanceof Change.StepPassed
              || change instanceof Change.StepStopBegan(_, var passing) && passing
              || endsOne(change, SUCCEEDED);
      case STEP_STOP, EXECUTION_STOP ->
          change instanceof Change.StepStopBegan(_, var passing) && !passing
              || endsOne(change, TERMINATED);
      case GET, WAIT, LIST -> false;
    };
  }

  private static boolean goesOn(Change change, String wanted) {
    return change instanceof Change.WentOn(var how, _) && how.equals(wanted);
  }

  /** What nobody has released ends at once. */
  private static boolean endsOne(Change change, String outcome) {
    return change instanceof Change.StepsEnded(var ends)
        && ends.size() == 1
        && ends.getFirst().outcome().equals(outcome);
  }

  /** Whether the step that a command names is one that its fact is about. */
  static boolean concerns(Evidence evidence, Call.Invoked invoked, Change change) {
    if (invoked.step().isEmpty()) {
      return true;
    }
    Optional<Definition.Task> task = step(evidence, invoked);
    if (task.isEmpty()) {
      return false;
    }
    int step = task.get().index();
    return switch (change) {
      case Change.WentOn(_, var steps) -> steps.contains(step);
      case Change.StepPassed(var end) -> end.index() == step;
      case Change.StepStopBegan(var stopped, _) -> stopped == step;
      case Change.StepsEnded(var ends) -> ends.stream().anyMatch(end -> end.index() == step);
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.Paused _,
          Change.Continued _,
          Change.LockLost _,
          Change.RunPassed _,
          Change.RunStopBegan _,
          Change.RunEnded _,
          Change.Leased _,
          Change.AttemptFailed _,
          Change.Undone _,
          Change.Stopped _,
          Change.StopBegan _,
          Change.Ended _ ->
          false;
    };
  }

  /** The task that a command names. */
  static Optional<Definition.Task> step(Evidence evidence, Call.Invoked invoked) {
    return evidence
        .findRun(Names.bare(invoked.entity()))
        .flatMap(RunCase::definition)
        .flatMap(
            graph ->
                graph.tasks().stream()
                    .filter(task -> task.name().equals(invoked.step()))
                    .findFirst());
  }

  /**
   * The facts that a request began something with. What only follows from one, and is stored right
   * behind it, is no other act: steps that have nothing to take back, and what an undo that is
   * given up had not come to yet.
   */
  static List<Fact> acts(Evidence evidence, String requestId) {
    List<Fact> acts = new ArrayList<>(1);
    Fact before = null;
    for (Fact fact : evidence.effects(requestId)) {
      boolean next =
          before != null
              && before.entity().equals(fact.entity())
              && before.sequence() + 1 == fact.sequence();
      if (before == null || !next || !follows(acts.getLast(), before, fact)) {
        acts.add(fact);
      }
      before = fact;
    }
    return acts;
  }

  private static boolean follows(Fact act, Fact before, Fact fact) {
    boolean undoes =
        goesOn(act.change(), "ROLLBACK")
            || act.change() instanceof Change.StepPassed(var end)
                && end.outcome().equals(ROLLED_BACK);
    if (undoes) {
      return fact.change() instanceof Change.StepsEnded(var ends)
          && ends.stream().allMatch(end -> end.outcome().equals(ROLLED_BACK));
    }
    return goesOn(act.change(), "RETRIED")
        && act.before().equals(ROLLBACK_FAILED)
        && switch (fact.change()) {
          case Change.StepsEnded _ -> !goesOn(before.change(), "RETRIED") || before == act;
          case Change.WentOn _ ->
              goesOn(fact.change(), "RETRIED") && before.change() instanceof Change.StepsEnded;
          default -> false;
        };
  }

  /** Whether a fact is one of those that follow from another of the same request. */
  static boolean follows(Evidence evidence, Fact fact, String requestId) {
    return evidence.effects(requestId).contains(fact) && !acts(evidence, requestId).contains(fact);
  }

  /**
   * Whether an OK that names this sequence is right without a fact of its own: it was so already.
   */
  static boolean alreadySo(Evidence evidence, Operation operation, long sequence) {
    Optional<EntityJournal> journal = evidence.journal(operation.entity());
    if (journal.isEmpty()) {
      return false;
    }
    return switch (operation.invoked().verb()) {
      case PAUSE, FORCED_PAUSE, CONTINUE, STOP, RETRY, ROLLBACK, PASS, REDO ->
          Legality.ofRuns()
              .allows(
                  journal.get().stateAt(sequence),
                  operation.invoked().verb().name(),
                  Legality.Outcome.NOOP);
      case STEP_STOP, EXECUTION_STOP -> stopping(evidence, operation, journal.get(), sequence);
      // The same content again adds no version.
      case SUBMIT -> journal.get().at(sequence).isPresent();
      case START, STEP_RETRY, STEP_PASS, STEP_REDO, EXECUTION_REDO, GET, WAIT, LIST -> false;
    };
  }

  /** Whether a step was being stopped: by its run's facts, or by those of its execution. */
  private static boolean stopping(
      Evidence evidence, Operation operation, EntityJournal run, long sequence) {
    Optional<Definition.Task> task = step(evidence, operation.invoked());
    if (task.isEmpty()) {
      return false;
    }
    boolean told = false;
    for (Fact fact : run.facts()) {
      if (fact.sequence() > sequence) {
        break;
      }
      if (fact.change() instanceof Change.StepStopBegan(var step, _)
          && step == task.get().index()) {
        told = true;
      } else if (fact.change() instanceof Change.StepsEnded(var ends)
          && ends.stream().anyMatch(end -> end.index() == task.get().index())) {
        told = false;
      }
    }
    return told || beingStopped(evidence, operation, task.get());
  }

  private static boolean beingStopped(
      Evidence evidence, Operation operation, Definition.Task task) {
    long tolerance = evidence.settings().clockTolerance();
    List<Fact> facts =
        evidence
            .execution(Names.bare(operation.entity()) + "/" + task.name() + "/0")
            .map(execution -> execution.journal().facts())
            .orElse(List.of());
    for (int i = 0; i < facts.size(); i++) {
      long until = i + 1 < facts.size() ? facts.get(i + 1).at() : Long.MAX_VALUE - tolerance;
      if (facts.get(i).after().equals("TERMINATING")
          && facts.get(i).at() - tolerance <= operation.endedAt()
          && until + tolerance >= operation.invoked().at()) {
        return true;
      }
    }
    return false;
  }

  /** Whether this operation, and none before it, may have made the fact of its request. */
  static boolean first(Evidence evidence, Operation operation) {
    List<Operation> same = evidence.request(operation.invoked().requestId());
    return same.isEmpty() || same.getFirst() == operation;
  }

  /** The only fact of the operation's request. */
  static Optional<Fact> effect(Evidence evidence, Operation operation) {
    List<Fact> effects = acts(evidence, operation.invoked().requestId());
    return effects.size() == 1 ? Optional.of(effects.getFirst()) : Optional.empty();
  }
}
