package dev.pawl.engine.run;

import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.explain.Reason.Other;
import dev.pawl.engine.explain.Reason.Others;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import dev.pawl.engine.run.RunState.Trail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a run and its steps are where they are, as the run knows it: a function of its state, its
 * plan and where its executions are.
 */
final class Reasons {
  private final Plan plan;
  private final RunState state;
  private final Steps steps;
  private final Trail trail;
  private final @Nullable Releases releases;
  private final IntFunction<StepStatus> status;
  private final IntFunction<StepStatus> ofTask;

  // Each is the same for all steps of a page.
  private @Nullable Others inFlight;
  private @Nullable Optional<Reason> firstFailed;
  private @Nullable Map<Integer, Integer> turns;

  /**
   * @param releases while the run is live
   * @param status where an execution is, by its place
   * @param ofTask where a step is, by its index
   */
  Reasons(
      Plan plan,
      RunState state,
      Steps steps,
      Trail trail,
      @Nullable Releases releases,
      IntFunction<StepStatus> status,
      IntFunction<StepStatus> ofTask) {
    this.plan = plan;
    this.state = state;
    this.steps = steps;
    this.trail = trail;
    this.releases = releases;
    this.status = status;
    this.ofTask = ofTask;
  }

  /** Why the run is where it is. */
  List<Reason> ofRun() {
    return switch (state) {
      case Absent _ -> List.of();
      case RunState.Ended ended ->
          List.of(
              new Reason.RunOver(
                  ended.status(), ended.reason(), failedStep(ended), ended.endedAt()));
      case Live live ->
          switch (live.phase()) {
            case Phase.Running _ -> running();
            case Phase.Pausing _, Phase.Paused _, Phase.Terminating _, Phase.RollingBack _ ->
                ofPhase(live).stream().toList();
          };
    };
  }

  private List<Reason> running() {
    List<Reason> reasons = new ArrayList<>(firstFailed().stream().toList());
    reasons.add(new Reason.InFlight(inFlight(), trail.deadline()));
    return reasons;
  }

  private String failedStep(RunState.Ended ended) {
    return ended.failedTask().isPresent() ? plan.task(ended.failedTask().getAsInt()).name() : "";
  }

  /** What a live run is up to that holds its steps; empty while it simply runs. */
  private Optional<Reason> ofPhase(Live live) {
    return switch (live.phase()) {
      case Phase.Running _ -> Optional.empty();
      case Phase.Pausing(var forced, _) ->
          Optional.of(new Reason.RunPaused(forced, false, trail.turn(), inFlight()));
      case Phase.Paused _ ->
          Optional.of(new Reason.RunPaused(false, true, trail.turn(), inFlight()));
      case Phase.Terminating(var reason) ->
          Optional.of(new Reason.RunStopping(reason.name(), trail.turn(), inFlight()));
      case Phase.RollingBack(var stopping) ->
          Optional.of(new Reason.RunRollingBack(stopping, trail.turn(), inFlight()));
    };
  }

  /** The steps that may be at work. */
  private Others inFlight() {
    Others known = inFlight;
    if (known == null) {
      Releases now = releases;
      known =
          now == null
              ? others(IntStream.empty())
              : others(
                  steps
                      .splits()
                      .places()
                      .filter(place -> steps.end(place).isEmpty() && now.mayBeAtWork(place)));
      inFlight = known;
    }
    return known;
  }

  /** How many of those that wait for their turn in this run begin before a task. */
  private int ahead(int index) {
    Map<Integer, Integer> known = turns;
    if (known == null) {
      known = new HashMap<>();
      for (int waiting : releases == null ? List.<Integer>of() : releases.waiting()) {
        known.put(waiting, known.size());
      }
      turns = known;
    }
    return known.getOrDefault(index, 0);
  }

  /** How many of those are executions of the same task. */
  private int ahead(int place, TaskPlan task) {
    return releases == null
        ? 0
        : (int)
            releases.waiting().stream()
                .takeWhile(waiting -> waiting != place)
                .filter(waiting -> plan.task(waiting).index() == task.index())
                .count();
  }

  /** The steps that matter most to who asks about the run: those that did not succeed. */
  List<Explanation.OfStep> ofStepsThatMatter() {
    return Locating.byProgress(plan.tasks().size(), ofTask)
        .filter(task -> Locating.matters(ofTask.apply(task)))
        .limit(Explanation.MOST_STEPS)
        .mapToObj(this::explain)
        .toList();
  }

  /** Of a step that is split: why that execution is where it is that tells most. */
  Explanation.OfStep explain(int task) {
    return ofExecution(
        steps
            .splits()
            .siblings(task)
            .boxed()
            .min(Comparator.comparingInt(place -> Locating.telling(status.apply(place))))
            .orElseThrow());
  }

  Explanation.OfStep ofExecution(int place) {
    return new Explanation.OfStep(
        plan.task(place).name(), plan.execution(place), status.apply(place), ofStep(place));
  }

  /** Why a step is where it is, all of it; never nothing. */
  private List<Reason> ofStep(int index) {
    List<Reason> reasons = new ArrayList<>();
    first(index)
        .map(reason -> reason instanceof Reason.NothingNew ? blame(index).orElse(reason) : reason)
        .ifPresent(reasons::add);
    if (steps.end(index).filter(end -> !end.paused()).isEmpty()) {
      heldBy(index).stream().filter(reason -> !reasons.contains(reason)).forEach(reasons::add);
    }
    return reasons.isEmpty() ? List.of(new Reason.Settling()) : reasons;
  }

  /** What else holds a step that has not ended. */
  private List<Reason> heldBy(int index) {
    return switch (state) {
      case Absent _ -> List.of();
      case Live live when live.phase() instanceof Phase.Running ->
          beginsAnyway(index) ? List.of() : blame(index).stream().toList();
      case Live live -> ofPhase(live).stream().toList();
      case RunState.Ended _ -> Stream.concat(blame(index).stream(), ofRun().stream()).toList();
    };
  }

  /** Whether a step is not touched by the bad end of another. */
  private boolean beginsAnyway(int index) {
    return steps.wanted(index) || (releases != null && releases.isReleased(index));
  }

  /** What holds a step in the first place; empty when only the run's state does. */
  Optional<Reason> first(int index) {
    Optional<StepEnd> end = steps.end(index);
    if (end.isPresent()) {
      return Optional.of(over(end.get()));
    }
    TaskPlan task = plan.task(index);
    Optional<Standing> standing = releases == null ? Optional.empty() : releases.standing(index);
    return switch (status.apply(index)) {
      case WAIT_UPSTREAM -> upstream(task);
      case WAIT_DISPATCH -> dispatch(index);
      case RETRY_WAIT -> Optional.of(retry(task, standing.orElseThrow()));
      case RUNNING -> Optional.of(atWork(task, standing.orElseThrow()));
      case TERMINATING ->
          Optional.of(new Reason.Stopping(standing.orElseThrow().worker(), Optional.empty()));
      case ROLLING_BACK -> Optional.of(undo(index, standing));
      case SUCCEEDED, FAILED, TERMINATED, SKIPPED, ROLLED_BACK, ROLLBACK_FAILED -> Optional.empty();
    };
  }

  private Reason over(StepEnd end) {
    return new Reason.StepOver(
        status.apply(end.index()),
        end.reason(),
        end.message(),
        end.lastLogLine(),
        end.endedAt(),
        end.passed());
  }

  private Optional<Reason> upstream(TaskPlan task) {
    if (!(state instanceof Live)) {
      return Optional.empty();
    }
    Others missing =
        others(
            task.needs().stream()
                .mapToInt(Integer::intValue)
                .filter(need -> !steps.allSucceeded(need)));
    return missing.total() == 0 ? Optional.empty() : Optional.of(new Reason.Upstream(missing));
  }

  private Optional<Reason> dispatch(int place) {
    Releases now = releases;
    if (now == null || !(state instanceof Live live)) {
      return Optional.empty();
    }
    return switch (live.phase()) {
      case Phase.Pausing _, Phase.Paused _, Phase.Terminating _ -> ofPhase(live);
      case Phase.Running _, Phase.RollingBack _ -> Optional.of(turn(place, now, live));
    };
  }

  /** What a step waits for that could begin. */
  private Reason turn(int place, Releases now, Live live) {
    TaskPlan task = plan.task(place);
    if (now.isReleased(place)) {
      return new Reason.Slot(
          task.group(), task.placement().only(), Optional.empty(), Optional.empty());
    }
    if (Releases.order(live) != Order.GO && !live.steps().wanted(place)) {
      return firstFailed().orElseGet(Reason.Settling::new);
    }
    OptionalInt own = task.each().map(EachPlan::parallel).orElse(OptionalInt.empty());
    int siblings = (int) steps.splits().siblings(place).filter(now::isReleased).count();
    if (own.isPresent() && siblings >= own.getAsInt()) {
      return new Reason.FlightLimit(siblings, own.getAsInt(), ahead(place, task), task.name());
    }
    return new Reason.FlightLimit(now.count(), plan.maxInFlight(), ahead(place), "");
  }

  private Reason retry(TaskPlan task, Standing standing) {
    int next = standing.attempt() + 1;
    return new Reason.Retry(
        next, Math.max(next, task.retry().maxAttempts()), standing.nextAttemptAt(), "");
  }

  private Reason atWork(TaskPlan task, Standing standing) {
    if (standing.end().isPresent()) {
      return new Reason.Settling();
    }
    Operation operation =
        standing.status() == ExecutionStatus.ROLLING_BACK
            ? Operation.ROLLBACK
            : standing.attempt() > 1 ? Operation.RETRY : Operation.EXECUTE;
    return new Reason.AtWork(
        operation,
        standing.worker(),
        standing.attempt(),
        Math.max(standing.attempt(), task.retry().maxAttempts()),
        Optional.empty(),
        Optional.empty());
  }

  private Reason undo(int place, Optional<Standing> standing) {
    TaskPlan task = plan.task(place);
    if (standing.filter(stood -> stood.status() == ExecutionStatus.ROLLING_BACK).isPresent()) {
      return atWork(task, standing.get());
    }
    if (standing.filter(stood -> stood.status() == ExecutionStatus.TERMINATING).isPresent()) {
      return new Reason.Stopping(standing.get().worker(), Optional.empty());
    }
    Others before =
        others(
            plan.downstream(task.index()).stream()
                .mapToInt(Integer::intValue)
                .flatMap(next -> steps.splits().siblings(next))
                .filter(next -> steps.undoing(next) || hangs(next)));
    if (before.total() > 0) {
      return new Reason.Undo(before);
    }
    Releases now = releases;
    return now != null && state instanceof Live live
        ? turn(place, now, live)
        : new Reason.Settling();
  }

  private boolean hangs(int index) {
    return steps
        .end(index)
        .filter(end -> end.outcome() == StepEnd.Outcome.ROLLBACK_FAILED)
        .isPresent();
  }

  /**
   * The step because of which another does not start: the nearest one before it that came to a bad
   * end, else any of the run.
   */
  private Optional<Reason> blame(int index) {
    return steps.anyFailed()
        ? failedBefore(index).flatMap(this::failed).or(this::firstFailed)
        : firstFailed();
  }

  /** The first step, by index, that came to a bad end, or whose undo did. */
  private Optional<Reason> firstFailed() {
    Optional<Reason> known = firstFailed;
    if (known == null) {
      known =
          Stream.concat(steps.failedFamily().stream(), steps.rollbackFailed().stream())
              .findFirst()
              .flatMap(again -> failed(again.index()));
      firstFailed = known;
    }
    return known;
  }

  private Optional<Integer> failedBefore(int index) {
    BitSet seen = new BitSet();
    Deque<Integer> next = new ArrayDeque<>(plan.task(index).needs());
    while (!next.isEmpty()) {
      int before = next.removeFirst();
      if (!seen.get(before)) {
        seen.set(before);
        Optional<Integer> failed =
            steps.endsOf(before).filter(StepEnd::failed).map(StepEnd::index).findFirst();
        if (failed.isPresent()) {
          return failed;
        }
        next.addAll(plan.task(before).needs());
      }
    }
    return Optional.empty();
  }

  private Optional<Reason> failed(int index) {
    return steps.end(index).map(end -> new Reason.NothingNew(other(index), end.reason()));
  }

  /** The steps of some executions, each once. */
  private Others others(IntStream places) {
    int[] all = places.map(place -> plan.task(place).index()).distinct().toArray();
    return new Others(
        IntStream.of(all).limit(Reason.MOST_NAMES).mapToObj(this::other).toList(), all.length);
  }

  private Other other(int place) {
    TaskPlan task = plan.task(place);
    return new Other(task.name(), ofTask.apply(task.index()));
  }
}
