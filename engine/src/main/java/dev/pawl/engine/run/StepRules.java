package dev.pawl.engine.run;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.run.RunCommand.At;
import dev.pawl.engine.run.RunHead.VerbOption;
import dev.pawl.engine.run.RunState.Absent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The commands on one task of a run: the table C3.3, and what the run's state has to say to it. */
final class StepRules {
  /** The commands that there are. */
  static final List<RunVerb> VERBS =
      List.of(RunVerb.STOP, RunVerb.RETRY, RunVerb.PASS, RunVerb.REDO);

  private StepRules() {}

  static Decision<RunEvent, RunRejection> decide(
      RunState state, Plan plan, RunCommand.Step step, RunVerb verb, Instant now) {
    if (state instanceof Absent) {
      return reject(new RunRejection.NotFound());
    }
    return switch (legality(state, plan, step, verb)) {
      case Legality.Noop _ -> unchanged();
      case Legality.Refuse(var why) ->
          reject(
              new RunRejection.StepConflict(
                  plan.task(step.index()).name(),
                  verb,
                  step.status(),
                  why,
                  allowed(state, plan, step)));
      case Legality.Accept _ -> accept(effects(state, plan, step, verb, now));
    };
  }

  private static List<RunEvent> effects(
      RunState state, Plan plan, RunCommand.Step step, RunVerb verb, Instant now) {
    Steps steps = RunDecider.steps(state);
    return switch (verb) {
      case STOP -> stop(steps, step, StepEnd.Outcome.TERMINATED, now);
      case PASS ->
          step.status() == StepStatus.ROLLBACK_FAILED
              ? passUndo(steps, plan, step, now)
              : pass(steps, step, now);
      case RETRY ->
          step.status() == StepStatus.ROLLBACK_FAILED
              ? RunRules.forwardAgain(steps)
              : List.of(
                  new RunEvent.Retried(
                      ends(steps, step).filter(StepEnd::failed).map(Steps::again).toList()));
      case REDO ->
          ends(steps, step).map(Steps::again).<RunEvent>map(RunEvent.StepRedone::new).toList();
      case PAUSE, FORCED_PAUSE, CONTINUE, ROLLBACK ->
          throw new IllegalStateException(verb + " is no command on a step");
    };
  }

  private static Stream<StepEnd> ends(Steps steps, RunCommand.Step step) {
    return step.executions().stream().map(At::place).map(steps::end).flatMap(Optional::stream);
  }

  /** What nobody has released ends at once, anything else that is open when it has stopped. */
  private static List<RunEvent> stop(
      Steps steps, RunCommand.Step step, StepEnd.Outcome as, Instant now) {
    List<RunEvent> events = new ArrayList<>();
    List<StepEnd> ended = new ArrayList<>();
    for (At at : step.executions()) {
      if (steps.end(at.place()).isPresent() || steps.halt(at.place()).isPresent()) {
        continue;
      }
      if (at.status() == StepStatus.WAIT_UPSTREAM || at.status() == StepStatus.TERMINATED) {
        ended.add(steps.halted(at.place(), as, now));
      } else {
        events.add(new RunEvent.StepStopBegan(at.place(), as == StepEnd.Outcome.SUCCEEDED));
      }
    }
    Slices.of(ended, Slices.EVENT).forEach(slice -> events.add(new RunEvent.StepsEnded(slice)));
    return events;
  }

  /** What has not succeeded counts as if it had. */
  private static List<RunEvent> pass(Steps steps, RunCommand.Step step, Instant now) {
    List<RunEvent> events = new ArrayList<>();
    ends(steps, step)
        .filter(StepEnd::failed)
        .forEach(end -> events.add(new RunEvent.StepPassed(end.pass(now), end.outcome())));
    events.addAll(stop(steps, step, StepEnd.Outcome.SUCCEEDED, now));
    return events;
  }

  /** A failed undo that is passed over has the undo go on with what comes before it. */
  private static List<RunEvent> passUndo(
      Steps steps, Plan plan, RunCommand.Step step, Instant now) {
    List<RunEvent> events = new ArrayList<>();
    Steps after = steps;
    for (StepEnd end : ends(steps, step).toList()) {
      if (end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED) {
        events.add(new RunEvent.StepPassed(end.pass(now), end.outcome()));
        after = after.replaced(end.pass(now));
      }
    }
    RunRules.undoneByTheWay(after, plan).ifPresent(events::add);
    return events;
  }

  /** The commands that would be accepted now. */
  static List<RunVerb> allowed(RunState state, Plan plan, RunCommand.Step step) {
    return options(state, plan, step).stream()
        .filter(VerbOption::allowed)
        .map(VerbOption::verb)
        .toList();
  }

  /** Every command, allowed or refused: the rules asked, not a second list. */
  static List<VerbOption> options(RunState state, Plan plan, RunCommand.Step step) {
    return VERBS.stream()
        .map(verb -> RunRules.toPeople(plan, legality(state, plan, step, verb)).option(verb))
        .toList();
  }

  private static Legality legality(RunState state, Plan plan, RunCommand.Step step, RunVerb verb) {
    return RunRules.unlessAnswered(state, byRun(state, plan, step, verb));
  }

  /** What the run's state has to say, and then the step's own. */
  private static Legality byRun(RunState state, Plan plan, RunCommand.Step step, RunVerb verb) {
    int task = step.index();
    StepStatus status = step.status();
    List<StepEnd> ends = ends(RunDecider.steps(state), step).toList();
    if (ends.stream().anyMatch(StepEnd::paused)) {
      return new Legality.Refuse("the step begins anew when its run continues");
    }
    RunStatus run = RunDecider.status(state);
    return switch (run) {
      case RUNNING, PAUSING, PAUSED -> byStep(plan, task, status, verb);
      case FAILED, TERMINATED ->
          ends.stream().anyMatch(end -> end.status() == status)
              ? byStep(plan, task, status, verb)
              : new Legality.Refuse("the step is %s, and its run %s".formatted(status, run));
      case SUCCEEDED -> {
        if (isPassed(state)) {
          yield new Legality.Refuse("the run was passed as a whole: redo the run");
        }
        yield verb == RunVerb.REDO && !ends.isEmpty()
            ? byStep(plan, task, status, verb)
            : new Legality.Refuse("the run is " + run);
      }
      case ROLLBACK_FAILED ->
          status == StepStatus.ROLLBACK_FAILED
              ? byStep(plan, task, status, verb)
              : new Legality.Refuse("the run is " + run);
      case ROLLING_BACK ->
          status == StepStatus.ROLLBACK_FAILED && verb == RunVerb.PASS
              ? Legality.ACCEPT
              : new Legality.Refuse("the run is " + run);
      case TERMINATING -> new Legality.Refuse("the run is " + run);
      case ROLLED_BACK -> new Legality.Refuse("the run is ROLLED_BACK: redo the run");
    };
  }

  /** Whether the run counts as succeeded whatever its steps came to: some may be undone. */
  private static boolean isPassed(RunState state) {
    return state instanceof RunState.Ended ended && ended.reason().equals(RunEvent.Passed.REASON);
  }

  /** The table C3.3. */
  private static Legality byStep(Plan plan, int index, StepStatus status, RunVerb verb) {
    TaskPlan task = plan.task(index);
    Legality refuse = new Legality.Refuse("the step is " + status);
    return switch (status) {
      case WAIT_UPSTREAM, WAIT_DISPATCH ->
          switch (verb) {
            case STOP -> onlyIf(plan.profile() != Profile.OPS, status, plan);
            case PASS ->
                plan.profile() == Profile.OFFLINE
                    ? unlessForbidden(task, verb)
                    : onlyIf(false, status, plan);
            case PAUSE, FORCED_PAUSE, CONTINUE, RETRY, ROLLBACK, REDO -> refuse;
          };
      case RUNNING ->
          switch (verb) {
            case STOP -> Legality.ACCEPT;
            case PAUSE, FORCED_PAUSE, CONTINUE, RETRY, ROLLBACK, PASS, REDO -> refuse;
          };
      case RETRY_WAIT ->
          switch (verb) {
            case STOP -> Legality.ACCEPT;
            case PASS -> unlessForbidden(task, verb);
            case PAUSE, FORCED_PAUSE, CONTINUE, RETRY, ROLLBACK, REDO -> refuse;
          };
      case TERMINATING ->
          switch (verb) {
            case STOP -> Legality.NOOP;
            case PAUSE, FORCED_PAUSE, CONTINUE, RETRY, ROLLBACK, PASS, REDO -> refuse;
          };
      case FAILED, TERMINATED ->
          switch (verb) {
            case RETRY, PASS, REDO -> unlessForbidden(task, verb);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP, ROLLBACK -> refuse;
          };
      case ROLLBACK_FAILED ->
          switch (verb) {
            case PASS -> Legality.ACCEPT;
            case RETRY -> forwardFrom(task);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP, ROLLBACK, REDO -> refuse;
          };
      case SUCCEEDED ->
          switch (verb) {
            case REDO -> redoOfSuccess(task);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP, RETRY, ROLLBACK, PASS -> refuse;
          };
      case SKIPPED, ROLLING_BACK, ROLLED_BACK -> refuse;
    };
  }

  private static Legality onlyIf(boolean allowed, StepStatus status, Plan plan) {
    return allowed
        ? Legality.ACCEPT
        : new Legality.Refuse(
            "the step is %s, and its profile %s".formatted(status, plan.profile()));
  }

  static Legality unlessForbidden(TaskPlan task, RunVerb verb) {
    return task.forbid().contains(verb)
        ? new Legality.Refuse("forbidden by its definition")
        : Legality.ACCEPT;
  }

  private static Legality redoOfSuccess(TaskPlan task) {
    return task.redoOnlyFailed()
        ? new Legality.Refuse("its definition allows to redo it only once it failed")
        : unlessForbidden(task, RunVerb.REDO);
  }

  /** What a failed undo says to going forward from it (D-14). */
  static Legality forwardFrom(TaskPlan task) {
    return task.undo().filter(UndoPlan::retryOnceFailed).isPresent()
        ? unlessForbidden(task, RunVerb.RETRY)
        : new Legality.Refuse("its undo has begun, and has to end first");
  }
}
