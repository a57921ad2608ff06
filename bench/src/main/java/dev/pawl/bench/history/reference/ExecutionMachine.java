package dev.pawl.bench.history.reference;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import java.util.Optional;
import java.util.function.Predicate;

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
  private static final String ROLLING_BACK = "ROLLING_BACK";
  private static final String ROLLED_BACK = "ROLLED_BACK";
  private static final String ROLLBACK_FAILED = "ROLLBACK_FAILED";
  private static final String ROLLBACK = "ROLLBACK";
  private static final String CANCEL = "CANCEL";

  private final String profile;

  /** Whether its run took back what it had done, and wants it once more from there. */
  private final Predicate<Fact> forwardAgain;

  private String state = RunMachine.ABSENT;
  private int round;
  private String operation = "";

  /** Whether it ends with the undo that it is at. */
  private boolean backward;

  /** Whether what its last attempt did was taken back, so that another has to follow. */
  private boolean undone;

  /** Whether its attempt was stopped, so that only its clean-up follows. */
  private boolean stopped;

  /** An execution in a run of this profile that was not leased yet. */
  public ExecutionMachine(String profile) {
    this(profile, _ -> false);
  }

  /**
   * One whose run is known.
   *
   * @param forwardAgain whether, when it is leased by this fact, its run had taken back what it did
   *     and wants it done once more
   */
  public ExecutionMachine(String profile, Predicate<Fact> forwardAgain) {
    this.profile = profile;
    this.forwardAgain = forwardAgain;
  }

  /** Where the execution stands; empty while it was never leased. */
  public String state() {
    return state;
  }

  /** Whether a worker has it in this state. */
  public static boolean leased(String state) {
    return state.equals(RUNNING) || state.equals(TERMINATING) || state.equals(ROLLING_BACK);
  }

  /** Whether a state is an end. */
  public static boolean ended(String state) {
    return switch (state) {
      case SUCCEEDED, FAILED, TIMED_OUT, TERMINATED, ROLLED_BACK, ROLLBACK_FAILED -> true;
      default -> false;
    };
  }

  /** Takes the next fact; what is wrong with it. */
  public Optional<String> take(Fact fact) {
    String before = state;
    Optional<String> next = next(fact);
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

  private Optional<String> next(Fact fact) {
    return switch (fact.change()) {
      case Change.Leased lease -> leased(lease, fact);
      case Change.AttemptFailed failed ->
          state.equals(RUNNING) && !operation.equals(ROLLBACK) && badEnd(failed.status())
              ? Optional.of(RETRY_WAIT)
              : Optional.empty();
      case Change.Undone _ -> {
        undone = true;
        yield state.equals(RUNNING) && operation.equals(ROLLBACK)
            ? Optional.of(RETRY_WAIT)
            : Optional.empty();
      }
      case Change.Stopped _ -> {
        boolean fits = state.equals(TERMINATING) && !backward && !stopped;
        stopped = true;
        yield fits ? Optional.of(TERMINATING) : Optional.empty();
      }
      // The stop of a run ends an undo that hangs, though nobody can stop the undo of a step.
      case Change.StopBegan _ when state.equals(ROLLING_BACK) -> Optional.of(TERMINATING);
      case Change.StopBegan _ ->
          Legality.ofExecutions().next(state, "STOP", profile).filter(TERMINATING::equals);
      case Change.Ended end ->
          ends(end, fact.cause()) ? Optional.of(end.status()) : Optional.empty();
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.Paused _,
          Change.Continued _,
          Change.WentOn _,
          Change.StepStopBegan _,
          Change.LockLost _,
          Change.StepPassed _,
          Change.RunPassed _,
          Change.RunStopBegan _,
          Change.StepsEnded _,
          Change.RunEnded _ ->
          Optional.empty();
    };
  }

  private Optional<String> leased(Change.Leased lease, Fact fact) {
    String after = fact.after();
    boolean first = state.equals(RunMachine.ABSENT);
    boolean newRound = !first && lease.round() > round;
    boolean fits =
        switch (lease.operation()) {
          // What an attempt is called is judged with its number.
          case "EXECUTE" -> first || state.equals(RETRY_WAIT) || newRound && ended(state);
          case "RETRY" ->
              !newRound
                  && switch (state) {
                    case RETRY_WAIT, FAILED, TIMED_OUT, TERMINATED -> true;
                    case SUCCEEDED, ROLLED_BACK, ROLLBACK_FAILED -> forwardAgain.test(fact);
                    default -> false;
                  };
          case ROLLBACK ->
              !newRound
                  && switch (state) {
                    case RETRY_WAIT -> !undone;
                    case SUCCEEDED, FAILED, TIMED_OUT, TERMINATED, ROLLBACK_FAILED -> true;
                    default -> false;
                  };
          case CANCEL -> !newRound && state.equals(TERMINATING) && stopped;
          default -> false;
        };
    if (lease.operation().equals(CANCEL)) {
      operation = CANCEL;
      return fits ? Optional.of(TERMINATING) : Optional.empty();
    }
    stopped = false;
    boolean back = lease.operation().equals(ROLLBACK) && after.equals(ROLLING_BACK);
    // What succeeded, or is half undone, is taken back for good; what waits is done again.
    fits &= !back || !state.equals(RETRY_WAIT);
    fits &=
        back
            || !lease.operation().equals(ROLLBACK)
            || failed(state)
            || state.equals(RETRY_WAIT)
            // The run goes forward from where its undo hangs.
            || state.equals(ROLLBACK_FAILED);
    round = Math.max(round, lease.round());
    operation = lease.operation();
    backward = back;
    undone = false;
    return fits ? Optional.of(back ? ROLLING_BACK : RUNNING) : Optional.empty();
  }

  private static boolean failed(String state) {
    return state.equals(FAILED) || state.equals(TIMED_OUT) || state.equals(TERMINATED);
  }

  private boolean ends(Change.Ended end, Cause cause) {
    return switch (state) {
      // What is at work ends as it does; what waits can only be stopped.
      case RUNNING ->
          badEnd(end.status()) || end.status().equals(SUCCEEDED) && !operation.equals(ROLLBACK);
      case ROLLING_BACK -> undoEnd(end.status());
      case TERMINATING ->
          stopped
              ? end.status().equals(TERMINATED)
              : backward
                  ? undoEnd(end.status())
                  : badEnd(end.status())
                      || end.status().equals(SUCCEEDED) && !operation.equals(ROLLBACK);
      case RETRY_WAIT -> stopped(state, end) && cause instanceof Cause.Parent;
      case RunMachine.ABSENT -> stopped("READY", end) && cause instanceof Cause.Parent;
      default -> false;
    };
  }

  private static boolean undoEnd(String status) {
    return status.equals(ROLLED_BACK) || status.equals(ROLLBACK_FAILED);
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
