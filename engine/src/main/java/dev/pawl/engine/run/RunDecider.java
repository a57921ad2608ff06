package dev.pawl.engine.run;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.ManagedBy;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunCommand.Execute;
import dev.pawl.engine.run.RunCommand.Settle;
import dev.pawl.engine.run.RunCommand.Start;
import dev.pawl.engine.run.RunCommand.TimeOut;
import dev.pawl.engine.run.RunEvent.Continued;
import dev.pawl.engine.run.RunEvent.Created;
import dev.pawl.engine.run.RunEvent.PauseBegan;
import dev.pawl.engine.run.RunEvent.Reopened;
import dev.pawl.engine.run.RunEvent.Retried;
import dev.pawl.engine.run.RunEvent.RollbackBegan;
import dev.pawl.engine.run.RunEvent.StepsEnded;
import dev.pawl.engine.run.RunEvent.StopBegan;
import dev.pawl.engine.run.RunEvent.StopReason;
import dev.pawl.engine.run.RunRejection.InvalidParameters;
import dev.pawl.engine.run.RunRejection.RequestIdReused;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import dev.pawl.engine.run.RunState.Trail;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The rules of one run, as two pure functions: C2, C3.2 and C9 of the model. */
final class RunDecider {
  private static final Absent ABSENT = new Absent();

  private RunDecider() {}

  static Absent absent() {
    return ABSENT;
  }

  /**
   * What follows from a command.
   *
   * @param plan of the run's pinned definition; of the header's for {@link Start}
   */
  static Decision<RunEvent, RunRejection> decide(
      RunState state, Plan plan, RunCommand command, Cause cause, Instant now) {
    if (cause instanceof Cause.Command request && !(command instanceof Start)) {
      Optional<Requests.Remembered> known = state.requests().find(request.requestId());
      if (known.isPresent()) {
        return known.get().bodyHash().equals(request.bodyHash())
            ? unchanged()
            : reject(new RequestIdReused());
      }
    }
    if (command instanceof Execute(_, _, var until)
        && until.filter(end -> !end.isAfter(now)).isPresent()) {
      return reject(new RunRejection.UntilPassed(until.get(), now));
    }
    Optional<String> elsewhere = managedElsewhere(plan, cause);
    if (elsewhere.isPresent()) {
      return reject(new RunRejection.ManagedElsewhere(elsewhere.get()));
    }
    return switch (command) {
      case Start start -> start(state, plan, start, now);
      case Execute(var verb, var step, var until) ->
          step.isPresent()
              ? StepRules.decide(state, plan, step.get(), verb, now)
              : RunRules.decide(state, plan, verb, until);
      case Settle settle -> settle(state, plan, settle, now);
      case TimeOut _ -> timeOut(state, now);
      case RunCommand.PauseOver _ -> pauseOver(state, now);
      case RunCommand.LoseLock lose -> LockRules.lose(state, plan, lose);
    };
  }

  /** The system that has to command the run, when it is not the caller. */
  private static Optional<String> managedElsewhere(Plan plan, Cause cause) {
    return cause instanceof Cause.Command command
        ? plan.managedBy()
            .filter(owner -> !owner.principal().equals(command.principal()))
            .map(ManagedBy::system)
        : Optional.empty();
  }

  private static Decision<RunEvent, RunRejection> start(
      RunState state, Plan plan, Start start, Instant now) {
    RunHeader given = start.header();
    return switch (state) {
      case Absent _ -> {
        var mistakes = ParameterCheck.mistakes(plan.parameters(), given.parameters());
        if (!mistakes.isEmpty()) {
          yield reject(new InvalidParameters(mistakes));
        }
        var complete = ParameterCheck.complete(plan.parameters(), given.parameters());
        var locks = LockKeys.of(plan.locks(), complete);
        if (!locks.mistakes().isEmpty()) {
          yield reject(new InvalidParameters(locks.mistakes()));
        }
        var split = Elements.counts(plan, complete);
        yield split.mistakes().isEmpty()
            ? accept(new Created(completed(given, plan, locks.locks(), split.counts(), now)))
            : reject(new InvalidParameters(split.mistakes()));
      }
      case Live(var header, _, _, _) -> repeated(header, given);
      case RunState.Ended ended -> repeated(ended.header(), given);
    };
  }

  private static Decision<RunEvent, RunRejection> repeated(RunHeader stored, RunHeader given) {
    return stored.bodyHash().equals(given.bodyHash())
            && stored.requestId().equals(given.requestId())
        ? unchanged()
        : reject(new RequestIdReused());
  }

  private static RunHeader completed(
      RunHeader given, Plan plan, List<LockName> locks, Map<Integer, Integer> split, Instant now) {
    Map<String, String> labels = new HashMap<>(plan.labels());
    labels.putAll(given.labels());
    return new RunHeader(
        given.definition(),
        given.definitionVersion(),
        given.definitionHash(),
        plan.tasks().size(),
        ParameterCheck.complete(plan.parameters(), given.parameters()),
        labels,
        given.initiator(),
        given.requestId(),
        given.bodyHash(),
        given.traceparent(),
        now,
        plan.timeout().map(now::plus),
        given.objects(),
        locks,
        split,
        given.parent());
  }

  static Steps steps(RunState state) {
    return switch (state) {
      case Absent _ -> Steps.open(0);
      case Live live -> live.steps();
      case RunState.Ended ended -> ended.steps();
    };
  }

  private static Decision<RunEvent, RunRejection> settle(
      RunState state, Plan plan, Settle settle, Instant now) {
    return switch (state) {
      case Absent _, RunState.Ended _ -> unchanged();
      case Live live -> {
        List<RunEvent> events = new ArrayList<>();
        List<StepEnd> fresh =
            SplitOutputs.bounded(plan, live.steps(), fresh(live.steps(), settle, now));
        Steps steps = live.steps();
        if (!fresh.isEmpty()) {
          Slices.of(fresh, Slices.EVENT).forEach(slice -> events.add(new StepsEnded(slice)));
          steps = steps.with(fresh);
          if (live.phase() instanceof Phase.Running && !steps.paused().isEmpty()) {
            // They were stopped for a pause that is over.
            events.add(new Reopened(steps.paused()));
            steps = steps.reopened(steps.paused(), Steps.Why.PAUSED);
          }
          if (live.phase() instanceof Phase.RollingBack(var stopping) && !stopping) {
            Optional<RunEvent.StepsUndone> undone = RunRules.undoneByTheWay(steps, plan);
            undone.ifPresent(events::add);
            steps = undone.isPresent() ? steps.undone(undone.get().indexes(), now) : steps;
          }
        }
        Optional<RunEvent> verdict = verdict(live, plan, steps, settle.quiet());
        List<StepEnd> halted =
            verdict.filter(RunDecider::endsBadly).isPresent()
                ? steps.repeatsThatNeverBegan(now)
                : List.of();
        Slices.of(halted, Slices.EVENT).forEach(slice -> events.add(new StepsEnded(slice)));
        verdict.ifPresent(events::add);
        yield accept(events);
      }
    };
  }

  private static boolean endsBadly(RunEvent event) {
    return event instanceof RunEvent.Ended ended
        && (ended.status() == RunStatus.FAILED || ended.status() == RunStatus.TERMINATED);
  }

  private static List<StepEnd> fresh(Steps steps, Settle settle, Instant now) {
    Set<Integer> seen = new HashSet<>();
    Stream<StepEnd> worked =
        settle.ends().stream()
            .filter(end -> steps.end(end.index()).isEmpty() && !isPast(steps, end))
            .filter(end -> seen.add(end.index()))
            .map(end -> asWanted(steps, end, now));
    Stream<StepEnd> unbegun =
        settle.unbegun().stream()
            .sorted()
            .filter(index -> steps.end(index).isEmpty())
            .filter(index -> !seen.contains(index))
            .flatMap(
                index -> steps.halt(index).map(halt -> unbegun(steps, index, halt, now)).stream());
    return Stream.concat(worked.toList().stream(), unbegun).toList();
  }

  private static StepEnd unbegun(Steps steps, int index, Steps.Halt halt, Instant now) {
    return steps.halted(
        index,
        switch (halt) {
          case TERMINATED -> StepEnd.Outcome.TERMINATED;
          case PASSED -> StepEnd.Outcome.SUCCEEDED;
        },
        now);
  }

  /** What a task counts as that an operator had stopped, or had passed while it had not ended. */
  private static StepEnd asWanted(Steps steps, StepEnd end, Instant now) {
    return steps
        .halt(end.index())
        .map(
            halt ->
                switch (halt) {
                  case TERMINATED -> end.paused() ? end.stopped() : end;
                  case PASSED -> end.outcome() == StepEnd.Outcome.SUCCEEDED ? end : end.pass(now);
                })
        .orElse(end);
  }

  /** Whether a task came to this by work, before it was opened again. */
  static boolean isPast(Steps steps, StepEnd end) {
    return end.fence() > 0 && end.fence() <= steps.pastFence(end.index());
  }

  /** What the run comes to, once its tasks stand so. */
  private static Optional<RunEvent> verdict(Live live, Plan plan, Steps steps, boolean quiet) {
    boolean complete = steps.succeededCount() == steps.size();
    return switch (live.phase()) {
      case Phase.Running _ when complete -> Optional.of(succeeded(live.header(), plan, steps));
      case Phase.Pausing _ when complete -> Optional.of(succeeded(live.header(), plan, steps));
      case Phase.Running _ when quiet && steps.anyFailed() -> Optional.of(failed(steps));
      case Phase.Pausing(_, var pause) when quiet ->
          Optional.of(new RunEvent.Paused(pause.until()));
      case Phase.Terminating(var reason) when quiet -> Optional.of(stopped(reason, steps));
      case Phase.RollingBack _ when !steps.anyUndoing() && steps.rollbackFailedCount() == 0 ->
          Optional.of(new RunEvent.Ended(RunStatus.ROLLED_BACK, "", OptionalInt.empty(), Map.of()));
      case Phase.RollingBack(var stopping)
          when quiet && (stopping || steps.rollbackFailedCount() > 0) ->
          Optional.of(
              new RunEvent.Ended(
                  RunStatus.ROLLBACK_FAILED,
                  stopping ? "STOPPED" : "UNDO_FAILED",
                  steps.firstFailed(),
                  Map.of()));
      case Phase.Running _,
          Phase.Pausing _,
          Phase.Paused _,
          Phase.Terminating _,
          Phase.RollingBack _ ->
          Optional.empty();
    };
  }

  private static RunEvent succeeded(RunHeader header, Plan plan, Steps steps) {
    Map<String, Payload> outputs = new HashMap<>();
    plan.outputs()
        .forEach(
            (name, source) ->
                Inputs.resolve(plan, source, header.parameters(), steps)
                    .ifPresent(value -> outputs.put(name, value)));
    return new RunEvent.Ended(RunStatus.SUCCEEDED, "", OptionalInt.empty(), outputs);
  }

  private static RunEvent failed(Steps steps) {
    return new RunEvent.Ended(
        RunStatus.FAILED, "TASK_FAILED", steps.firstOfTheFailedFamily(), Map.of());
  }

  private static RunEvent stopped(StopReason reason, Steps steps) {
    return switch (reason) {
      case STOPPED ->
          new RunEvent.Ended(RunStatus.TERMINATED, "STOPPED", steps.firstFailed(), Map.of());
      case RUN_TIMED_OUT ->
          new RunEvent.Ended(RunStatus.FAILED, "RUN_TIMED_OUT", steps.firstFailed(), Map.of());
    };
  }

  private static Decision<RunEvent, RunRejection> pauseOver(RunState state, Instant now) {
    return pause(state)
            .flatMap(RunState.Pause::until)
            .filter(until -> !until.isAfter(now))
            .isEmpty()
        ? unchanged()
        : accept(new Continued(steps(state).paused()));
  }

  /** The pause that a run is in, or on its way to. */
  static Optional<RunState.Pause> pause(RunState state) {
    return switch (state) {
      case Live(_, Phase.Pausing(_, var pause), _, _) -> Optional.of(pause);
      case Live(_, Phase.Paused(_, var pause), _, _) -> Optional.of(pause);
      case Absent _, Live _, RunState.Ended _ -> Optional.empty();
    };
  }

  private static Decision<RunEvent, RunRejection> timeOut(RunState state, Instant now) {
    return switch (state) {
      case Absent _,
          RunState.Ended _,
          Live(_, Phase.Terminating _, _, _),
          Live(_, Phase.RollingBack _, _, _) ->
          unchanged();
      case Live(_, _, _, var trail) ->
          trail.deadline().filter(deadline -> !deadline.isAfter(now)).isPresent()
              ? accept(new StopBegan(StopReason.RUN_TIMED_OUT))
              : unchanged();
    };
  }

  static RunState evolve(RunState state, RunFact fact) {
    return switch (state) {
      case Absent _ when fact.event() instanceof Created(var header) ->
          new Live(
              header,
              new Phase.Running(),
              Steps.open(header.splits()),
              new Trail(
                  1,
                  fact.at(),
                  Requests.NONE.after(fact.cause(), 1, fact.at()),
                  Optional.empty(),
                  0,
                  0,
                  header.deadline(),
                  Optional.empty(),
                  Optional.empty(),
                  RunState.Tenure.from(1)));
      case Live live -> evolve(live, fact);
      case RunState.Ended ended -> evolve(ended, fact);
      case Absent _ -> throw contradiction(state, fact);
    };
  }

  private static RunState evolve(RunState.Ended ended, RunFact fact) {
    RunHeader header = ended.header();
    Trail trail = ended.trail().after(fact);
    return switch (fact.event()) {
      case Retried(var again) ->
          new Live(
              header,
              new Phase.Running(),
              ended.steps().reopened(again, Steps.Why.RETRIED),
              trail.goingOn(header, trail.round()));
      case RunEvent.StepPassed(var end, _) when end.outcome() == StepEnd.Outcome.ROLLED_BACK ->
          new Live(
              header, new Phase.RollingBack(false), ended.steps().replaced(end), trail.goingBack());
      case RunEvent.StepPassed(var end, _) ->
          new Live(
              header,
              new Phase.Running(),
              ended.steps().replaced(end),
              trail.goingOn(header, trail.round()));
      case RollbackBegan(var steps) ->
          new Live(
              header,
              new Phase.RollingBack(false),
              ended.steps().reopened(steps, Steps.Why.UNDONE),
              trail.goingBack());
      case RunEvent.Redone _ ->
          new Live(
              header,
              new Phase.Running(),
              ended.steps().redone(),
              trail.goingOn(header, trail.round() + 1));
      case RunEvent.Passed _ ->
          new RunState.Ended(
              header,
              RunStatus.SUCCEEDED,
              RunEvent.Passed.REASON,
              OptionalInt.empty(),
              ended.outputs(),
              fact.at(),
              ended.steps(),
              trail);
      case RunEvent.StepRedone(var again) ->
          new Live(
              header,
              new Phase.Running(),
              ended.steps().redone(again),
              trail.goingOn(header, trail.round()));
      case RunEvent.LockLost lost ->
          new RunState.Ended(
              header,
              ended.status(),
              ended.reason(),
              ended.failedTask(),
              ended.outputs(),
              ended.endedAt(),
              ended.steps(),
              trail.losing(lost));
      case Created _,
          PauseBegan _,
          RunEvent.Paused _,
          Continued _,
          Reopened _,
          StopBegan _,
          RunEvent.StepStopBegan _,
          StepsEnded _,
          RunEvent.StepsUndone _,
          RunEvent.Ended _ ->
          throw contradiction(ended, fact);
    };
  }

  private static IllegalStateException contradiction(RunState state, RunFact fact) {
    return new IllegalStateException("%s cannot follow %s".formatted(fact, state));
  }

  private static RunState evolve(Live live, RunFact fact) {
    Trail trail = live.trail().after(fact);
    return switch (fact.event()) {
      case PauseBegan(var forced, var until) ->
          new Live(
              live.header(),
              new Phase.Pausing(
                  forced,
                  new RunState.Pause(
                      pause(live).map(RunState.Pause::since).orElse(fact.at()), until)),
              live.steps(),
              trail);
      case RunEvent.Paused(var until) ->
          new Live(
              live.header(),
              new Phase.Paused(
                  fact.at(),
                  new RunState.Pause(
                      pause(live).map(RunState.Pause::since).orElse(fact.at()), until)),
              live.steps(),
              trail);
      case Continued(var again) ->
          new Live(
              live.header(),
              new Phase.Running(),
              live.steps().reopened(again, Steps.Why.PAUSED),
              trail);
      case Reopened(var again) ->
          new Live(
              live.header(), live.phase(), live.steps().reopened(again, Steps.Why.PAUSED), trail);
      case Retried(var again) ->
          new Live(
              live.header(), live.phase(), live.steps().reopened(again, Steps.Why.RETRIED), trail);
      case RunEvent.StepPassed(var end, _) ->
          new Live(live.header(), live.phase(), live.steps().replaced(end), trail);
      case RunEvent.StepStopBegan(var index, var passing) ->
          new Live(
              live.header(),
              live.phase(),
              live.steps().halting(index, passing ? Steps.Halt.PASSED : Steps.Halt.TERMINATED),
              trail);
      case RunEvent.StepRedone(var again) ->
          new Live(live.header(), live.phase(), live.steps().redone(again), trail);
      case StopBegan _ when live.phase() instanceof Phase.RollingBack ->
          new Live(live.header(), new Phase.RollingBack(true), live.steps(), trail);
      case StopBegan(var reason) ->
          new Live(live.header(), new Phase.Terminating(reason), live.steps(), trail);
      case RunEvent.StepsUndone(var indexes) ->
          new Live(live.header(), live.phase(), live.steps().undone(indexes, fact.at()), trail);
      case StepsEnded(var ends) ->
          new Live(live.header(), live.phase(), live.steps().with(ends), trail);
      case RunEvent.LockLost lost ->
          new Live(live.header(), live.phase(), live.steps(), trail.losing(lost));
      case RunEvent.Ended(var status, var reason, var failedTask, var outputs) ->
          new RunState.Ended(
              live.header(), status, reason, failedTask, outputs, fact.at(), live.steps(), trail);
      case Created _, RunEvent.Redone _, RunEvent.Passed _, RollbackBegan _ ->
          throw contradiction(live, fact);
    };
  }

  /** The state by the model's name. */
  static RunStatus status(RunState state) {
    return switch (state) {
      case Absent _ -> throw new IllegalStateException("a run that is not there has no status");
      case Live(_, Phase.Running _, _, _) -> RunStatus.RUNNING;
      case Live(_, Phase.Pausing _, _, _) -> RunStatus.PAUSING;
      case Live(_, Phase.Paused _, _, _) -> RunStatus.PAUSED;
      case Live(_, Phase.Terminating _, _, _) -> RunStatus.TERMINATING;
      case Live(_, Phase.RollingBack _, _, _) -> RunStatus.ROLLING_BACK;
      case RunState.Ended ended -> ended.status();
    };
  }

  /** The fact that an event makes of a state. */
  static RunFact fact(RunState state, RunEvent event, Cause cause, Instant at) {
    String before = state instanceof Absent ? "" : status(state).name();
    Cause stored = cause.stored();
    RunFact bare = new RunFact(event, stored, at, before, "");
    return new RunFact(event, stored, at, before, status(evolve(state, bare)).name());
  }
}
