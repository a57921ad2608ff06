package dev.pawl.bench.history.reference;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import java.util.Optional;

/**
 * What may happen to an execution (C2, C3.4). It is fed the facts of one execution in their order
 * and says of each what is wrong with it, if anything.
 */
public final class ExecutionMachine {
  private static final String RUNNING = "RUNNING";
  private static final String RETRY_WAIT = "RETRY_WAIT";
  private static final String TERMINATING = "TERMINATING";
  private static final String SUCCEEDED = "SUCCEEDED";
  private static final String FAILED = "FAILED";
  private static final String TIMED_OUT = "TIMED_OUT";
  private static final String TERMINATED = "TERMINATED";

  private final String profile;
  private String state = RunMachine.ABSENT;

  /** An execution in a run of this profile that was not leased yet. */
  public ExecutionMachine(String profile) {
    this.profile = profile;
  }

  /** Where the execution stands; empty while it was never leased. */
  public String state() {
    return state;
  }

  /** Whether a worker has it in this state. */
  public static boolean leased(String state) {
    return state.equals(RUNNING) || state.equals(TERMINATING);
  }

  /** Whether a state is an end. */
  public static boolean ended(String state) {
    return switch (state) {
      case SUCCEEDED, FAILED, TIMED_OUT, TERMINATED -> true;
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
          "it says that it follows %s, but the execution was %s"
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
      case Change.Leased _ ->
          state.equals(RunMachine.ABSENT) || state.equals(RETRY_WAIT)
              ? Optional.of(RUNNING)
              : Optional.empty();
      case Change.AttemptFailed failed ->
          state.equals(RUNNING) && badEnd(failed.status())
              ? Optional.of(RETRY_WAIT)
              : Optional.empty();
      case Change.StopBegan _ ->
          Legality.ofExecutions().next(state, "STOP", profile).filter(TERMINATING::equals);
      case Change.Ended end -> ends(end, cause) ? Optional.of(end.status()) : Optional.empty();
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.Paused _,
          Change.Continued _,
          Change.WentOn _,
          Change.StepPassed _,
          Change.RunPassed _,
          Change.RunStopBegan _,
          Change.StepsEnded _,
          Change.RunEnded _,
          // The workload undoes nothing.
          Change.Undone _ ->
          Optional.empty();
    };
  }

  private boolean ends(Change.Ended end, Cause cause) {
    return switch (state) {
      // What is at work ends as it does; what waits can only be stopped.
      case RUNNING, TERMINATING -> end.status().equals(SUCCEEDED) || badEnd(end.status());
      case RETRY_WAIT -> stopped(state, end) && cause instanceof Cause.Parent;
      case RunMachine.ABSENT -> stopped("READY", end) && cause instanceof Cause.Parent;
      default -> false;
    };
  }

  private boolean stopped(String from, Change.Ended end) {
    return Legality.ofExecutions()
        .next(from, "STOP", profile)
        .filter(end.status()::equals)
        .isPresent();
  }

  private static boolean badEnd(String status) {
    return status.equals(FAILED) || status.equals(TIMED_OUT) || status.equals(TERMINATED);
  }
}
