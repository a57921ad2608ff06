package dev.pawl.engine.run;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunHead.VerbOption;
import dev.pawl.engine.run.RunState.Absent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands on one task of a run: the table C3.3, and what the run's state has to say to it. */
final class StepRules {
  /** The commands that there are. */
  static final List<RunVerb> VERBS = List.of(RunVerb.RETRY, RunVerb.PASS);

  private StepRules() {}

  static Decision<RunEvent, RunRejection> decide(
      RunState state, Plan plan, RunCommand.Step step, RunVerb verb, Instant now) {
    if (state instanceof Absent) {
      return reject(new RunRejection.NotFound());
    }
    int task = step.index();
    Optional<String> refusal = refusal(state, plan, task, verb);
    if (refusal.isPresent()) {
      return reject(
          new RunRejection.StepConflict(
              plan.task(task).name(),
              verb,
              step.status(),
              refusal.get(),
              allowed(state, plan, task)));
    }
    StepEnd end = RunDecider.steps(state).end(task).orElseThrow();
    return switch (verb) {
      case RETRY -> accept(new RunEvent.Retried(List.of(Steps.again(end))));
      case PASS -> accept(pass(state, plan, end, now));
      case PAUSE, FORCED_PAUSE, CONTINUE, STOP, ROLLBACK, REDO ->
          throw new IllegalStateException(verb + " is no command on a step");
    };
  }

  /** A failed undo that is passed over has the undo go on with what comes before it. */
  private static List<RunEvent> pass(RunState state, Plan plan, StepEnd end, Instant now) {
    StepEnd passed = end.pass(now);
    List<RunEvent> events = new ArrayList<>();
    events.add(new RunEvent.StepPassed(passed, end.outcome()));
    if (passed.outcome() == StepEnd.Outcome.ROLLED_BACK) {
      RunRules.undoneByTheWay(RunDecider.steps(state).replaced(passed), plan)
          .ifPresent(events::add);
    }
    return events;
  }

  /** The commands that would be accepted now. */
  static List<RunVerb> allowed(RunState state, Plan plan, int task) {
    return options(state, plan, task).stream()
        .filter(VerbOption::allowed)
        .map(VerbOption::verb)
        .toList();
  }

  /** Every command, allowed or refused: the rules asked, not a second list. */
  static List<VerbOption> options(RunState state, Plan plan, int task) {
    return VERBS.stream()
        .map(
            verb ->
                refusal(state, plan, task, verb)
                    .map(why -> new VerbOption(verb, false, why))
                    .orElseGet(() -> new VerbOption(verb, true, "")))
        .toList();
  }

  private static Optional<String> refusal(RunState state, Plan plan, int task, RunVerb verb) {
    Optional<StepEnd> end = RunDecider.steps(state).end(task);
    if (end.isEmpty() || end.get().paused()) {
      return Optional.of("the step has not ended");
    }
    StepEnd.Outcome outcome = end.get().outcome();
    if (outcome == StepEnd.Outcome.SUCCEEDED || outcome == StepEnd.Outcome.ROLLED_BACK) {
      return Optional.of("the step is " + outcome);
    }
    RunStatus status = RunDecider.status(state);
    if (outcome == StepEnd.Outcome.ROLLBACK_FAILED && status != RunStatus.SUCCEEDED) {
      return verb == RunVerb.PASS
          ? Optional.empty()
          : Optional.of("its undo has begun, and has to end first");
    }
    if (status == RunStatus.TERMINATING
        || status == RunStatus.ROLLING_BACK
        || status == RunStatus.ROLLBACK_FAILED
        || status == RunStatus.SUCCEEDED) {
      return Optional.of("the run is " + status);
    }
    return plan.task(task).forbid().contains(verb)
        ? Optional.of("forbidden by its definition")
        : Optional.empty();
  }
}
