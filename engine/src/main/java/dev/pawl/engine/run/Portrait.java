package dev.pawl.engine.run;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.OutputPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.explain.ReasonText;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import dev.pawl.engine.run.RunState.Trail;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
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
    this.reasons = new Reasons(plan, state, steps, trail, releases, this::status, this::ofTask);
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

  /** The head with what the steps published that have ended, in the order in which they did. */
  RunHead detail() {
    return head()
        .publishing(
            together(
                steps.ends().stream()
                    .filter(end -> !end.data().empty())
                    .sorted(Comparator.comparing(StepEnd::endedAt))));
  }

  private static AdditionalData together(Stream<StepEnd> ends) {
    List<AdditionalData> data = ends.map(StepEnd::data).filter(one -> !one.empty()).toList();
    return data.isEmpty() ? AdditionalData.NONE : AdditionalData.merged(data, AdditionalData.SHOWN);
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
                ? Optional.of(shown(over.failedTask().getAsInt(), false))
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

  /** A step by its task's index: of one that is split, the execution that tells most. */
  StepView step(int task, boolean withOutputs) {
    StepView step = shown(telling(task), withOutputs);
    return withOutputs ? step.publishing(together(steps.endsOf(task))) : step;
  }

  /** The step of an execution, told by that. */
  private StepView shown(int place, boolean withOutputs) {
    Optional<StepEnd> end = steps.end(place);
    return end.isPresent()
        ? ended(place, end.get(), withOutputs)
        : open(place, releases == null ? Optional.empty() : releases.standing(place));
  }

  /** Where an execution is. */
  StepStatus status(int place) {
    Optional<StepEnd> end = steps.end(place);
    return end.isPresent()
        ? end.get().status()
        : openStatus(place, releases == null ? Optional.empty() : releases.standing(place));
  }

  /** Where a step is: where that execution of its task is that tells most. */
  StepStatus ofTask(int task) {
    return status(telling(task));
  }

  private int telling(int task) {
    return steps.splits().count(task) == 1
        ? task
        : steps
            .splits()
            .siblings(task)
            .boxed()
            .min(Comparator.comparingInt(place -> Locating.telling(status(place))))
            .orElseThrow();
  }

  /** What a command on a step, or on one execution of it, is about; empty when there is none. */
  Optional<RunCommand.Step> command(StepRef wanted) {
    return plan.task(wanted.task())
        .map(TaskPlan::index)
        .filter(task -> steps.splits().has(task, wanted.execution().orElse(0)))
        .map(task -> command(task, wanted.execution()));
  }

  private RunCommand.Step command(int task, OptionalInt execution) {
    IntStream places =
        execution.isPresent()
            ? IntStream.of(plan.place(task, execution.getAsInt()))
            : steps.splits().siblings(task);
    return new RunCommand.Step(
        task,
        execution.isPresent() ? status(plan.place(task, execution.getAsInt())) : ofTask(task),
        places.mapToObj(place -> new RunCommand.At(place, status(place))).toList());
  }

  private StepView ended(int place, StepEnd end, boolean withOutputs) {
    int task = plan.task(place).index();
    return view(
        place,
        end.status(),
        end.reason(),
        end.message(),
        end.lastLogLine(),
        end.attempt(),
        end.fence(),
        end.worker(),
        steps.endsOf(task).flatMap(one -> one.startedAt().stream()).min(Comparator.naturalOrder()),
        steps.endsOf(task).map(StepEnd::endedAt).max(Comparator.naturalOrder()),
        Optional.empty(),
        "",
        withOutputs ? outputs(place, end) : Map.of(),
        end.passed());
  }

  /** Of a step that is split: what who needs it is handed. */
  private Map<String, Payload> outputs(int place, StepEnd end) {
    TaskPlan task = plan.task(place);
    if (task.each().isEmpty()) {
      return end.outputs();
    }
    Map<String, Payload> lists = new HashMap<>();
    for (OutputPlan output : task.outputs()) {
      Inputs.resolve(
              plan, new Source.FromOutput(task.index(), output.name()), header.parameters(), steps)
          .ifPresent(list -> lists.put(output.name(), list));
    }
    return lists;
  }

  private StepView open(int place, Optional<Standing> standing) {
    StepStatus status = openStatus(place, standing);
    return view(
        place,
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
        waitsFor(place),
        Map.of(),
        false);
  }

  private StepStatus openStatus(int place, Optional<Standing> standing) {
    if (steps.undoing(place)) {
      // Waiting for its turn, at it, or on the way into the run.
      return StepStatus.ROLLING_BACK;
    }
    if (steps.halt(place).isPresent()) {
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
    return releases != null && releases.ready(place) ? StepStatus.WAIT_DISPATCH : neverStarted();
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

  /** Where each execution is of a task that is split. */
  private List<StepView.OfExecution> executions(TaskPlan task) {
    return task.each().isEmpty()
        ? List.of()
        : steps.splits().siblings(task.index()).mapToObj(this::execution).toList();
  }

  private StepView.OfExecution execution(int place) {
    Optional<StepEnd> end = steps.end(place);
    Optional<Standing> standing = releases == null ? Optional.empty() : releases.standing(place);
    return new StepView.OfExecution(
        status(place),
        end.map(StepEnd::attempt).or(() -> standing.map(Standing::attempt)).orElse(0),
        end.map(StepEnd::fence).or(() -> standing.map(Standing::fence)).orElse(0L),
        end.map(StepEnd::worker).or(() -> standing.map(Standing::worker)).orElse(""),
        end.flatMap(StepEnd::startedAt).or(() -> standing.flatMap(Standing::startedAt)),
        end.map(StepEnd::endedAt),
        end.map(StepEnd::reason).orElse(""),
        end.filter(known -> !known.lastLogLine().isEmpty()).isPresent());
  }

  /** Why the run and its steps are where they are. */
  Reasons reasons() {
    return reasons;
  }

  /** Where the run is: the step to look at first. */
  int current() {
    return Locating.current(RunDecider.status(state), steps, this::ofTask);
  }

  private StepView view(
      int place,
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
    TaskPlan task = plan.task(place);
    StepStatus ofStep = ofTask(task.index());
    return new StepView(
        task.index(),
        plan.execution(place),
        task.name(),
        task.displayName(),
        task.needs().stream().map(need -> plan.task(need).name()).toList(),
        plan.downstream(task.index()).stream().map(next -> plan.task(next).name()).toList(),
        ofStep,
        reason,
        message,
        lastLogLine,
        trail.round() + steps.ownRounds(place),
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
        StepRules.options(state, plan, command(task.index(), OptionalInt.empty())),
        executions(task));
  }
}
