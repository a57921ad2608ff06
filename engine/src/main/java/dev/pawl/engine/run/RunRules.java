package dev.pawl.engine.run;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunEvent.Continued;
import dev.pawl.engine.run.RunEvent.PauseBegan;
import dev.pawl.engine.run.RunEvent.Retried;
import dev.pawl.engine.run.RunEvent.RollbackBegan;
import dev.pawl.engine.run.RunEvent.StopBegan;
import dev.pawl.engine.run.RunEvent.StopReason;
import dev.pawl.engine.run.RunHead.VerbOption;
import dev.pawl.engine.run.RunRejection.NotFound;
import dev.pawl.engine.run.RunRejection.StateConflict;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The commands on a run: the table C3.2, its conditions, and what follows. */
final class RunRules {
  private RunRules() {}

  static Decision<RunEvent, RunRejection> decide(
      RunState state, Plan plan, RunVerb verb, Optional<Instant> until) {
    if (state instanceof Absent) {
      return reject(new NotFound());
    }
    return switch (legality(state, plan, verb)) {
      case Legality.Noop _ -> unchanged();
      case Legality.Refuse(var why) ->
          reject(new StateConflict(verb, RunDecider.status(state), allowed(state, plan), why));
      case Legality.Accept _ -> accept(effects(state, plan, verb, until));
    };
  }

  private static Legality legality(RunState state, Plan plan, RunVerb verb) {
    return unlessAnswered(state, byState(state, plan, verb));
  }

  /**
   * A run that a step started has told that step its end: it goes on no more, since the step may
   * have started another by now, or counts as done or undone.
   */
  static Legality unlessAnswered(RunState state, Legality legality) {
    return state instanceof RunState.Ended ended && !(legality instanceof Legality.Refuse)
        ? ended
            .header()
            .parent()
            .map(ParentStep::execution)
            .<Legality>map(
                step ->
                    new Legality.Refuse(
                        "it has ended for step %s/%s, which started it: retry that step, which starts another run"
                            .formatted(step.run(), step.task())))
            .orElse(legality)
        : legality;
  }

  private static Legality byState(RunState state, Plan plan, RunVerb verb) {
    Legality accept = Legality.ACCEPT;
    Legality noop = Legality.NOOP;
    Legality refuse = new Legality.Refuse("the run is " + RunDecider.status(state));
    return switch (RunDecider.status(state)) {
      case RUNNING ->
          switch (verb) {
            case PAUSE, FORCED_PAUSE, STOP -> accept;
            case CONTINUE, RETRY, ROLLBACK, PASS, REDO -> refuse;
          };
      case PAUSING ->
          switch (verb) {
            case PAUSE -> noop;
            case FORCED_PAUSE -> isForced(state) ? noop : accept;
            case CONTINUE, STOP -> accept;
            case RETRY, ROLLBACK, PASS, REDO -> refuse;
          };
      case PAUSED ->
          switch (verb) {
            case PAUSE, FORCED_PAUSE -> noop;
            case CONTINUE, STOP -> accept;
            case RETRY, ROLLBACK, PASS, REDO -> refuse;
          };
      case TERMINATING ->
          switch (verb) {
            case STOP -> noop;
            case PAUSE, FORCED_PAUSE, CONTINUE, RETRY, ROLLBACK, PASS, REDO -> refuse;
          };
      case FAILED, TERMINATED ->
          switch (verb) {
            case RETRY, ROLLBACK, PASS, REDO -> unlessForbidden(state, plan, verb);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP -> refuse;
          };
      case ROLLING_BACK ->
          switch (verb) {
            case ROLLBACK -> noop;
            case STOP -> isStopping(state) ? noop : accept;
            case PAUSE, FORCED_PAUSE, CONTINUE, RETRY, PASS, REDO -> refuse;
          };
      case ROLLBACK_FAILED ->
          switch (verb) {
            case ROLLBACK -> accept;
            case PASS -> unlessForbidden(state, plan, verb);
            case RETRY -> forwardFromFailedUndos(state, plan);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP, REDO -> refuse;
          };
      case SUCCEEDED ->
          switch (verb) {
            case REDO -> unlessForbidden(state, plan, verb);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP, RETRY, ROLLBACK, PASS -> refuse;
          };
      case ROLLED_BACK ->
          switch (verb) {
            case REDO -> unlessForbidden(state, plan, verb);
            case PAUSE, FORCED_PAUSE, CONTINUE, STOP, RETRY, ROLLBACK, PASS -> refuse;
          };
    };
  }

  /** What hangs has to allow it; of an undo that was stopped, what was still to be undone. */
  private static Legality forwardFromFailedUndos(RunState state, Plan plan) {
    Steps steps = RunDecider.steps(state);
    List<Integer> hanging = steps.rollbackFailed().stream().map(Again::index).toList();
    List<Legality> said =
        (hanging.isEmpty() ? steps.toUndo().stream().map(StepEnd::index) : hanging.stream())
            .map(plan::task)
            .filter(task -> task.undo().isPresent())
            .map(StepRules::forwardFrom)
            .toList();
    return said.stream()
        .filter(Legality.Refuse.class::isInstance)
        .findFirst()
        .orElseGet(
            () ->
                said.isEmpty()
                    ? new Legality.Refuse("its undo has begun, and has to end first")
                    : Legality.ACCEPT);
  }

  private static boolean isStopping(RunState state) {
    return state instanceof Live(_, Phase.RollingBack(var stopping), _, _) && stopping;
  }

  private static boolean isForced(RunState state) {
    return state instanceof Live(_, Phase.Pausing(var forced, _), _, _) && forced;
  }

  /** A command on the run is one on its tasks: none of those it is about may refuse it. */
  private static Legality unlessForbidden(RunState state, Plan plan, RunVerb verb) {
    Stream<Integer> refusing = plan.forbidding(verb).stream();
    if (verb == RunVerb.REDO) {
      Steps steps = RunDecider.steps(state);
      refusing =
          Stream.concat(refusing, plan.redoOnlyFailed().stream().filter(steps::allSucceeded))
              .distinct()
              .sorted();
    }
    List<String> names =
        refusing
            .filter(task -> concerns(state, verb, task))
            .map(task -> plan.task(task).name())
            .limit(5)
            .toList();
    return names.isEmpty()
        ? Legality.ACCEPT
        : new Legality.Refuse("forbidden by the definition of " + String.join(", ", names));
  }

  private static boolean concerns(RunState state, RunVerb verb, int task) {
    Steps steps = RunDecider.steps(state);
    return switch (verb) {
      case PASS -> !steps.allSucceeded(task);
      case RETRY -> steps.endsOf(task).anyMatch(StepEnd::failed);
      case ROLLBACK -> steps.endsOf(task).anyMatch(StepEnd::begun);
      case REDO -> true;
      case PAUSE, FORCED_PAUSE, CONTINUE, STOP -> false;
    };
  }

  private static List<RunEvent> effects(
      RunState state, Plan plan, RunVerb verb, Optional<Instant> until) {
    return switch (verb) {
      case PAUSE -> List.of(new PauseBegan(false, until));
      case FORCED_PAUSE ->
          // One that becomes a forced one keeps its end, unless it is given another.
          List.of(
              new PauseBegan(
                  true, until.or(() -> RunDecider.pause(state).flatMap(RunState.Pause::until))));
      case CONTINUE -> List.of(new Continued(RunDecider.steps(state).paused()));
      case STOP -> List.of(new StopBegan(StopReason.STOPPED));
      case RETRY ->
          RunDecider.status(state) == RunStatus.ROLLBACK_FAILED
              ? forwardAgain(RunDecider.steps(state))
              : List.of(new Retried(RunDecider.steps(state).failedFamily()));
      case PASS -> List.of(new RunEvent.Passed());
      case REDO -> List.of(new RunEvent.Redone());
      case ROLLBACK -> rollback(state, plan);
    };
  }

  /** All that began is undone; a rollback that failed goes on where it hangs. */
  private static List<RunEvent> rollback(RunState state, Plan plan) {
    Steps steps = RunDecider.steps(state);
    List<Again> again =
        RunDecider.status(state) == RunStatus.ROLLBACK_FAILED
            ? steps.rollbackFailed()
            : steps.begun();
    List<RunEvent> events = new ArrayList<>();
    events.add(new RollbackBegan(again));
    undoneByTheWay(steps.reopened(again, Steps.Why.UNDONE), plan).ifPresent(events::add);
    return events;
  }

  /**
   * A run whose undo hangs goes forward from there: what was undone is done anew, what was not yet
   * stands as it did before the undo began, and what had failed then is repeated.
   */
  static List<RunEvent> forwardAgain(Steps steps) {
    List<RunEvent> events = new ArrayList<>();
    events.add(new Retried(steps.undoneOrHanging()));
    List<StepEnd> stillDone = steps.toUndo();
    Slices.of(stillDone, Slices.EVENT).forEach(slice -> events.add(new RunEvent.StepsEnded(slice)));
    List<Again> failed = stillDone.stream().filter(StepEnd::failed).map(Steps::again).toList();
    if (!failed.isEmpty()) {
      events.add(new Retried(failed));
    }
    return events;
  }

  /** The steps whose turn it is, once those stand so, and that have nothing to take back. */
  static Optional<RunEvent.StepsUndone> undoneByTheWay(Steps steps, Plan plan) {
    List<Integer> undone = new ArrayList<>();
    Frontier frontier = Frontier.backward(plan, steps);
    Deque<Integer> ready = new ArrayDeque<>(frontier.open(steps));
    while (!ready.isEmpty()) {
      int index = ready.removeFirst();
      if (plan.task(index).undo().isEmpty() || steps.undoneBefore(index)) {
        undone.add(index);
        ready.addAll(frontier.done(steps, index));
      }
    }
    return undone.isEmpty() ? Optional.empty() : Optional.of(new RunEvent.StepsUndone(undone));
  }

  /** What is said to everybody but the system that a run belongs to. */
  static Legality toPeople(Plan plan, Legality legality) {
    return plan.managedBy()
        .<Legality>map(owner -> new Legality.Refuse("it belongs to " + owner.system()))
        .orElse(legality);
  }

  /** The commands that would be accepted now. */
  static List<RunVerb> allowed(RunState state, Plan plan) {
    return options(state, plan).stream().filter(VerbOption::allowed).map(VerbOption::verb).toList();
  }

  /** Every command, allowed or refused: the rules asked, not a second list. */
  static List<VerbOption> options(RunState state, Plan plan) {
    List<VerbOption> options = new ArrayList<>();
    for (RunVerb verb : RunVerb.values()) {
      options.add(toPeople(plan, legality(state, plan, verb)).option(verb));
    }
    return options;
  }
}
