package dev.pawl.bench.history.reference;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What may happen to a run (C2, C3.2). It is fed the facts of one run in their order and says of
 * each what is wrong with it, if anything.
 *
 * <p>A command that has to wait for what is at work leads first to the state on the way: PAUSING
 * for PAUSED, TERMINATING for TERMINATED.
 */
public final class RunMachine {
  /** The state before the first fact. */
  public static final String ABSENT = "";

  private static final String RUNNING = "RUNNING";
  private static final String PAUSING = "PAUSING";
  private static final String PAUSED = "PAUSED";
  private static final String TERMINATING = "TERMINATING";
  private static final String SUCCEEDED = "SUCCEEDED";
  private static final String FAILED = "FAILED";
  private static final String TERMINATED = "TERMINATED";
  private static final String ROLLING_BACK = "ROLLING_BACK";
  private static final String ROLLED_BACK = "ROLLED_BACK";
  private static final String ROLLBACK_FAILED = "ROLLBACK_FAILED";

  private final Optional<Definition> definition;
  private final Map<Integer, String> ends = new HashMap<>();

  /** What began in this round, so that there may be something to take back. */
  private final Set<Integer> begun = new HashSet<>();

  /** What is to be taken back, and was not yet. */
  private final Set<Integer> undoing = new HashSet<>();

  /** What a forced pause ended: it begins anew when the run continues. */
  private final Set<Integer> paused = new HashSet<>();

  private OptionalInt firstFailed = OptionalInt.empty();
  private OptionalInt firstOfFamily = OptionalInt.empty();
  private int succeeded;
  private int tasks;
  private boolean anyMayBeNamed;
  private String stopReason = "";
  private final Set<Integer> halting = new HashSet<>();
  private String state = ABSENT;

  /** A run of this definition that has not begun. */
  public RunMachine(Optional<Definition> definition) {
    this.definition = definition;
  }

  /** Where the run stands. */
  public String state() {
    return state;
  }

  /** How a task ended, by its index. */
  public Optional<String> end(int index) {
    return Optional.ofNullable(ends.get(index));
  }

  /** How many tasks came to this end. */
  public int count(String outcome) {
    return (int) ends.values().stream().filter(outcome::equals).count();
  }

  /** How many tasks the run has. */
  public int tasks() {
    return tasks;
  }

  /** Whether a state is an end. */
  public static boolean ended(String state) {
    return switch (state) {
      case SUCCEEDED, FAILED, TERMINATED, ROLLED_BACK, ROLLBACK_FAILED -> true;
      default -> false;
    };
  }

  /** Takes the next fact; what is wrong with it. */
  public Optional<String> take(Fact fact) {
    String before = state;
    Optional<String> next = next(fact.change(), fact.cause());
    state = next.orElse(fact.after());
    if (next.isEmpty()) {
      return Optional.of(
          "%s cannot follow %s".formatted(fact.change().getClass().getSimpleName(), shown(before)));
    }
    if (!fact.before().equals(before)) {
      return Optional.of(
          "it says that it follows %s, but the run was %s"
              .formatted(shown(fact.before()), shown(before)));
    }
    if (!fact.after().equals(state)) {
      String wanted = state;
      state = fact.after();
      return Optional.of(
          "it says that it leads to %s, but it leads to %s".formatted(shown(fact.after()), wanted));
    }
    return Optional.empty();
  }

  private static String shown(String name) {
    return name.isEmpty() ? "nothing" : name;
  }

  private Optional<String> next(Change change, Cause cause) {
    return switch (change) {
      case Change.RunCreated created when state.equals(ABSENT) -> {
        tasks = created.tasks();
        yield definition.filter(graph -> graph.tasks().size() != tasks).isPresent()
            ? Optional.empty()
            : Optional.of(RUNNING);
      }
      case Change.PauseBegan(var forced) ->
          command(forced ? "FORCED_PAUSE" : "PAUSE", PAUSED, PAUSING);
      case Change.Paused _ -> state.equals(PAUSING) ? Optional.of(PAUSED) : Optional.empty();
      case Change.Continued _ -> {
        if (!paused.isEmpty()) {
          open(Set.copyOf(paused));
        }
        yield command("CONTINUE", "", "");
      }
      case Change.WentOn(var how, var steps) -> wentOn(how, steps);
      case Change.StepPassed(var end) -> passed(end);
      case Change.StepStopBegan(var step, _) -> {
        boolean fits = mayStop(step);
        halting.add(step);
        yield Optional.of(state).filter(_ -> fits);
      }
      case Change.LockLost _ -> Optional.of(state);
      case Change.RunPassed _ -> command("PASS", "", "");
      case Change.RunStopBegan(var reason) -> {
        // What is being taken back is stopped where it is, and only then has failed.
        Optional<String> next =
            state.equals(ROLLING_BACK)
                ? command("STOP", ROLLBACK_FAILED, ROLLING_BACK)
                : command("STOP", TERMINATED, TERMINATING);
        boolean fits =
            cause instanceof Cause.Timer
                ? reason.equals("RUN_TIMED_OUT") && !state.equals(ROLLING_BACK)
                : reason.equals("STOPPED");
        stopReason = reason;
        yield next.filter(_ -> fits);
      }
      case Change.StepsEnded(var steps) -> {
        boolean backward = state.equals(ROLLING_BACK);
        boolean fits =
            backward
                || state.equals(RUNNING)
                || state.equals(PAUSING)
                // What waited for its retry is stopped in a pause, too.
                || state.equals(PAUSED)
                    && (cause instanceof Cause.Command
                        || steps.stream().allMatch(end -> halting.contains(end.index())))
                || state.equals(TERMINATING);
        for (Change.StepEnd end : steps) {
          fits &= backward ? undone(end) : end(end);
        }
        yield fits && !steps.isEmpty() ? Optional.of(state) : Optional.empty();
      }
      case Change.RunEnded ended -> ends(ended) ? Optional.of(ended.status()) : Optional.empty();
      case Change.RunCreated _,
          Change.Submitted _,
          Change.Leased _,
          Change.AttemptFailed _,
          Change.Undone _,
          Change.Stopped _,
          Change.StopBegan _,
          Change.Ended _ ->
          Optional.empty();
    };
  }

  /** Nobody stops the undo of a step, nor what has ended. */
  private boolean mayStop(int step) {
    return end(step).isEmpty()
        && (state.equals(RUNNING) || state.equals(PAUSING) || state.equals(PAUSED));
  }

  private Optional<String> wentOn(String how, List<Integer> steps) {
    if (how.equals("ROLLBACK")) {
      return rollback(Set.copyOf(steps));
    }
    Optional<String> next =
        switch (how) {
          case "RETRIED" -> ended(state) ? command("RETRY", "", "") : Optional.of(state);
          case "REDONE" -> command("REDO", "", "");
          case "STEP_REDONE" -> stepRedone();
          case "REOPENED" -> state.equals(RUNNING) ? Optional.of(state) : Optional.empty();
          default -> Optional.empty();
        };
    boolean forwardAgain = how.equals("RETRIED") && state.equals(ROLLBACK_FAILED);
    boolean fits =
        forwardAgain
            ? steps.size() == undoneOrHanging() && steps.stream().allMatch(this::undoneOrHanging)
            : fits(how, steps);
    open(how.equals("REDONE") ? Set.copyOf(ends.keySet()) : Set.copyOf(steps));
    if (how.equals("REDONE")) {
      begun.clear();
      undoing.clear();
    }
    if (forwardAgain) {
      // What was not undone yet stands as it did before; its ends are stored once more.
      undoing.clear();
    }
    return next.filter(_ -> fits);
  }

  private boolean fits(String how, List<Integer> steps) {
    return switch (how) {
      case "REDONE" -> true;
      case "STEP_REDONE" ->
          steps.stream()
              .allMatch(step -> failed(step) || end(step).filter(SUCCEEDED::equals).isPresent());
      // A run whose steps never began is retried, too.
      case "RETRIED" -> steps.isEmpty() ? ended(state) : steps.stream().allMatch(this::failed);
      default -> !steps.isEmpty() && steps.stream().allMatch(this::failed);
    };
  }

  private boolean undoneOrHanging(int step) {
    return end(step)
        .filter(outcome -> outcome.equals(ROLLED_BACK) || outcome.equals(ROLLBACK_FAILED))
        .isPresent();
  }

  private long undoneOrHanging() {
    return ends.keySet().stream().filter(this::undoneOrHanging).count();
  }

  private Optional<String> stepRedone() {
    return switch (state) {
      case RUNNING, PAUSING, PAUSED -> Optional.of(state);
      case SUCCEEDED, FAILED, TERMINATED -> Optional.of(RUNNING);
      default -> Optional.empty();
    };
  }

  /** All that began is taken back; a rollback that failed goes on where it hangs. */
  private Optional<String> rollback(Set<Integer> steps) {
    Set<Integer> wanted = new HashSet<>(begun);
    if (state.equals(ROLLBACK_FAILED)) {
      wanted.removeIf(step -> !end(step).filter(ROLLBACK_FAILED::equals).isPresent());
    }
    boolean fits = wanted.equals(steps);
    Optional<String> next = command("ROLLBACK", "", "");
    open(steps);
    undoing.addAll(steps);
    stopReason = "";
    return next.filter(_ -> fits);
  }

  private void open(Set<Integer> steps) {
    steps.forEach(ends::remove);
    paused.removeAll(steps);
    recount();
  }

  /** The undo of a task ended: after that of all that needed it, and once when it succeeded. */
  private boolean undone(Change.StepEnd end) {
    boolean fits = undoing.remove(end.index());
    switch (end.outcome()) {
      case ROLLED_BACK ->
          fits &=
              downstream(end.index()).stream()
                  .allMatch(
                      next ->
                          !begun.contains(next)
                              || end(next).filter(ROLLED_BACK::equals).isPresent());
      case ROLLBACK_FAILED -> {}
      default -> fits = false;
    }
    ends.put(end.index(), end.outcome());
    recount();
    return fits;
  }

  private List<Integer> downstream(int index) {
    return definition
        .map(
            graph ->
                graph.tasks().stream()
                    .filter(task -> task.needs().contains(index))
                    .map(Definition.Task::index)
                    .toList())
        .orElse(List.of());
  }

  private boolean failed(int index) {
    return end(index)
        .filter(outcome -> !outcome.equals(SUCCEEDED) && !outcome.equals(ROLLED_BACK))
        .isPresent();
  }

  /** A step that failed is passed: a run that had failed goes on, forward or back. */
  private Optional<String> passed(Change.StepEnd end) {
    boolean back = end(end.index()).filter(ROLLBACK_FAILED::equals).isPresent();
    boolean fits =
        failed(end.index())
            && end.outcome().equals(back ? ROLLED_BACK : SUCCEEDED)
            && !state.equals(TERMINATING)
            && !state.equals(SUCCEEDED);
    ends.put(end.index(), end.outcome());
    paused.remove(end.index());
    recount();
    if (ended(state)) {
      stopReason = "";
    }
    return Optional.of(!ended(state) ? state : back ? ROLLING_BACK : RUNNING).filter(_ -> fits);
  }

  /** Which failed first is not told of those that stay failed: any of them may be named. */
  private void recount() {
    succeeded = count(SUCCEEDED);
    firstFailed = OptionalInt.empty();
    firstOfFamily = OptionalInt.empty();
    anyMayBeNamed = true;
  }

  /** Where a command leads: to the state on the way when its own has one. */
  private Optional<String> command(String verb, String own, String onTheWay) {
    String profile = definition.map(Definition::profile).orElse("*");
    return Legality.ofRuns()
        .next(state, verb, profile)
        .map(next -> next.equals(own) ? onTheWay : next);
  }

  private boolean end(Change.StepEnd end) {
    boolean fits =
        switch (end.outcome()) {
          case SUCCEEDED, FAILED, TERMINATED -> true;
          default -> false;
        };
    fits &= end.index() >= 0 && end.index() < tasks;
    fits &= ends.put(end.index(), end.outcome()) == null;
    // The fence also counts the attempts of earlier rounds.
    if (end.attempt() > 0) {
      begun.add(end.index());
    }
    if (end.outcome().equals(TERMINATED) && end.reason().equals("FORCED_PAUSE")) {
      paused.add(end.index());
    }
    if (end.outcome().equals(SUCCEEDED)) {
      succeeded++;
      return fits;
    }
    if (firstOfFamily.isEmpty()) {
      firstOfFamily = OptionalInt.of(end.index());
    }
    if (end.outcome().equals(FAILED) && firstFailed.isEmpty()) {
      firstFailed = OptionalInt.of(end.index());
    }
    return fits;
  }

  private boolean ends(Change.RunEnded ended) {
    return switch (state) {
      case RUNNING ->
          switch (ended.status()) {
            case SUCCEEDED -> allSucceeded(ended);
            case FAILED ->
                ended.reason().equals("TASK_FAILED")
                    && succeeded < ends.size()
                    && names(ended.failedTask());
            default -> false;
          };
      case PAUSING -> ended.status().equals(SUCCEEDED) && allSucceeded(ended);
      case TERMINATING ->
          stopReason.equals("STOPPED")
              ? ended.status().equals(TERMINATED) && ended.reason().equals("STOPPED")
              : ended.status().equals(FAILED) && ended.reason().equals("RUN_TIMED_OUT");
      case ROLLING_BACK ->
          switch (ended.status()) {
            case ROLLED_BACK ->
                undoing.isEmpty()
                    && count(ROLLBACK_FAILED) == 0
                    && ended.reason().isEmpty()
                    && ended.failedTask().isEmpty();
            case ROLLBACK_FAILED ->
                stopReason.equals("STOPPED")
                    ? ended.reason().equals("STOPPED")
                    : ended.reason().equals("UNDO_FAILED") && count(ROLLBACK_FAILED) > 0;
            default -> false;
          };
      default -> false;
    };
  }

  /** The first task that failed; the model counts one that was terminated to the same family. */
  private boolean names(OptionalInt failedTask) {
    return failedTask.equals(firstFailed)
        || failedTask.equals(firstOfFamily)
        || anyMayBeNamed && failedTask.isPresent() && failed(failedTask.getAsInt());
  }

  private boolean allSucceeded(Change.RunEnded ended) {
    return succeeded == tasks && ended.reason().isEmpty() && ended.failedTask().isEmpty();
  }
}
