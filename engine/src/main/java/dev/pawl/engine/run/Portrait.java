package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.explain.ReasonText;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import dev.pawl.engine.run.RunState.Trail;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A run as it shows itself: a function of its state, its plan and where its executions are. */
final class Portrait {
  private final RunId id;
  private final Plan plan;
  private final RunState state;
  private final RunHeader header;
  private final Steps steps;
  private final Trail trail;
  private final @Nullable Releases releases;
  private final Reasons reasons;

  /** The portrait of a run that is there; {@code releases} while it is live. */
  static Portrait of(RunId id, Plan plan, RunState state, @Nullable Releases releases) {
    return switch (state) {
      case Absent _ -> throw new IllegalStateException("a run that is not there has no portrait");
      case Live live ->
          new Portrait(id, plan, state, live.header(), live.steps(), live.trail(), releases);
      case RunState.Ended ended ->
          new Portrait(id, plan, state, ended.header(), ended.steps(), ended.trail(), null);
    };
  }

  private Portrait(
      RunId id,
      Plan plan,
      RunState state,
      RunHeader header,
      Steps steps,
      Trail trail,
      @Nullable Releases releases) {
    this.id = id;
    this.plan = plan;
    this.state = state;
    this.header = header;
    this.steps = steps;
    this.trail = trail;
    this.releases = releases;
    this.reasons = new Reasons(plan, state, steps, trail, releases, this::status);
  }

  RunHead head() {
    return head(trail.sequence());
  }

  /** The head, as the answer to the command that stored the fact of this number. */
  RunHead head(long sequence) {
    Optional<RunState.Ended> ended =
        state instanceof RunState.Ended over ? Optional.of(over) : Optional.empty();
    return new RunHead(
        id,
        header,
        plan.profile(),
        RunDecider.status(state),
        ended.map(RunState.Ended::reason).orElse(""),
        ended.map(RunState.Ended::outputs).orElse(Map.of()),
        startedAt(),
        ended.map(RunState.Ended::endedAt),
        counts(),
        RunRules.options(state, plan),
        failure(ended),
        trail.lastCommand(),
        pause(),
        trail.round(),
        LockRules.shown(state, plan),
        List.of(),
        sequence,
        true);
  }

  private Optional<RunHead.Pause> pause() {
    return switch (state) {
      case Live(_, Phase.Pausing(var forced, var pause), _, _) ->
          Optional.of(new RunHead.Pause(forced, pause.since(), Optional.empty(), pause.until()));
      case Live(_, Phase.Paused(var drainedAt, var pause), _, _) ->
          Optional.of(
              new RunHead.Pause(
                  !steps.paused().isEmpty(), pause.since(), Optional.of(drainedAt), pause.until()));
      case Absent _, Live _, RunState.Ended _ -> Optional.empty();
    };
  }

  private Optional<Instant> startedAt() {
    return Stream.concat(
            trail.startedAt().stream(), releases == null ? Stream.empty() : releases.starts())
        .min(Comparator.naturalOrder());
  }

  private Optional<StepView> failure(Optional<RunState.Ended> ended) {
    return ended.flatMap(
        over ->
            over.failedTask().isPresent()
                ? Optional.of(step(over.failedTask().getAsInt(), false))
                : Optional.empty());
  }

  private StepCounts counts() {
    int ended =
        steps.succeededCount()
            + steps.failedCount()
            + steps.terminatedCount()
            + steps.rolledBackCount()
            + steps.rollbackFailedCount();
    int active = releases == null ? 0 : releases.count();
    return new StepCounts(
        steps.size(),
        steps.size() - ended - active,
        active,
        steps.succeededCount(),
        steps.failedCount(),
        steps.terminatedCount(),
        0,
        steps.rolledBackCount(),
        steps.rollbackFailedCount());
  }

  StepView step(int index, boolean withOutputs) {
    TaskPlan task = plan.task(index);
    Optional<StepEnd> end = steps.end(index);
    return end.isPresent()
        ? ended(task, end.get(), withOutputs)
        : open(task, releases == null ? Optional.empty() : releases.standing(index));
  }

  StepStatus status(int index) {
    Optional<StepEnd> end = steps.end(index);
    return end.isPresent()
        ? endedStatus(end.get())
        : openStatus(
            plan.task(index), releases == null ? Optional.empty() : releases.standing(index));
  }

  private StepView ended(TaskPlan task, StepEnd end, boolean withOutputs) {
    return view(
        task,
        endedStatus(end),
        end.reason(),
        end.message(),
        end.lastLogLine(),
        end.attempt(),
        end.fence(),
        end.worker(),
        end.startedAt(),
        Optional.of(end.endedAt()),
        Optional.empty(),
        "",
        withOutputs ? end.outputs() : Map.of(),
        end.passed());
  }

  private static StepStatus endedStatus(StepEnd end) {
    return switch (end.outcome()) {
      case SUCCEEDED -> StepStatus.SUCCEEDED;
      case FAILED -> StepStatus.FAILED;
      case TERMINATED -> StepStatus.TERMINATED;
      case ROLLED_BACK -> StepStatus.ROLLED_BACK;
      case ROLLBACK_FAILED -> StepStatus.ROLLBACK_FAILED;
    };
  }

  private StepView open(TaskPlan task, Optional<Standing> standing) {
    StepStatus status = openStatus(task, standing);
    return view(
        task,
        status,
        "",
        "",
        "",
        standing.map(Standing::attempt).orElse(0),
        standing.map(Standing::fence).orElse(0L),
        standing.map(Standing::worker).orElse(""),
        standing.flatMap(Standing::startedAt),
        Optional.empty(),
        standing.flatMap(Standing::nextAttemptAt),
        waitsFor(task.index()),
        Map.of(),
        false);
  }

  private StepStatus openStatus(TaskPlan task, Optional<Standing> standing) {
    if (steps.undoing(task.index())) {
      // Waiting for its turn, at it, or on the way into the run.
      return StepStatus.ROLLING_BACK;
    }
    if (steps.halt(task.index()).isPresent()) {
      return StepStatus.TERMINATING;
    }
    if (standing.isPresent()) {
      return switch (standing.get().status()) {
        case READY -> StepStatus.WAIT_DISPATCH;
        case RUNNING -> StepStatus.RUNNING;
        case RETRY_WAIT -> StepStatus.RETRY_WAIT;
        case TERMINATING -> StepStatus.TERMINATING;
        case ROLLING_BACK -> StepStatus.ROLLING_BACK;
        // Its end is on the way into the run.
        case SUCCEEDED, FAILED, TIMED_OUT, TERMINATED, ROLLED_BACK, ROLLBACK_FAILED ->
            StepStatus.RUNNING;
      };
    }
    return releases != null && releases.ready(task.index())
        ? StepStatus.WAIT_DISPATCH
        : neverStarted();
  }

  /** What a step is that was not released: a stop ends it, except in OPS (C3.2). */
  private StepStatus neverStarted() {
    return switch (state) {
      case Absent _, Live _ -> StepStatus.WAIT_UPSTREAM;
      case RunState.Ended ended ->
          switch (plan.profile()) {
            case OPS -> StepStatus.WAIT_UPSTREAM;
            case OFFLINE, DISTRIBUTED, STREAM ->
                ended.status() == RunStatus.TERMINATED
                    ? StepStatus.TERMINATED
                    : StepStatus.WAIT_UPSTREAM;
          };
    };
  }

  private String waitsFor(int index) {
    return switch (state) {
      case Absent _, RunState.Ended _ -> "";
      case Live _ -> reasons.first(index).map(ReasonText::waitsFor).orElse("");
    };
  }

  /** Why the run and its steps are where they are. */
  Reasons reasons() {
    return reasons;
  }

  /** Where the run is: the step to look at first. */
  int current() {
    return Locating.current(RunDecider.status(state), steps, this::status);
  }

  private StepView view(
      TaskPlan task,
      StepStatus status,
      String reason,
      String message,
      String lastLogLine,
      int attempt,
      long fence,
      String worker,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      Optional<Instant> nextAttemptAt,
      String waitsFor,
      Map<String, Payload> outputs,
      boolean passed) {
    return new StepView(
        task.index(),
        task.name(),
        task.displayName(),
        task.needs().stream().map(need -> plan.task(need).name()).toList(),
        plan.downstream(task.index()).stream().map(next -> plan.task(next).name()).toList(),
        status,
        reason,
        message,
        lastLogLine,
        trail.round() + steps.ownRounds(task.index()),
        attempt,
        Math.max(attempt, task.retry().maxAttempts()),
        fence,
        worker,
        task.group(),
        startedAt,
        endedAt,
        nextAttemptAt,
        waitsFor,
        outputs,
        passed,
        StepRules.options(state, plan, task.index(), status));
  }
}
