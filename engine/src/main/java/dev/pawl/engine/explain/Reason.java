package dev.pawl.engine.explain;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.worker.GroupPlace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One reason why a run, a step or an execution is where it is. Reasons are data; {@link ReasonText}
 * says them to people.
 */
public sealed interface Reason {
  /** The most names that a reason lists. */
  int MOST_NAMES = 20;

  /** Another step, and where that is. */
  record Other(String step, StepStatus status) {}

  /**
   * Some of the steps that a reason is about.
   *
   * @param steps at most {@link #MOST_NAMES}, in the order of the plan
   * @param total of all, those that are not listed too
   */
  record Others(List<Other> steps, int total) {
    public Others {
      steps = List.copyOf(steps);
    }
  }

  /** Who or what turned the run, and when. */
  record Turn(Cause cause, Instant at) {}

  /** Steps that it needs have not succeeded. */
  record Upstream(Others steps) implements Reason {}

  /**
   * A step came to a bad end, and nothing new starts behind that.
   *
   * @param reason of that end: EXIT_CODE ...
   */
  record NothingNew(Other failed, String reason) implements Reason {}

  /**
   * Somebody has the run pause.
   *
   * @param forced what is at work is stopped, and not only waited for
   * @param settled nothing is at work any more
   * @param inFlight what may still be at work
   */
  record RunPaused(boolean forced, boolean settled, Optional<Turn> turn, Others inFlight)
      implements Reason {}

  /**
   * The run is being stopped.
   *
   * @param reason STOPPED or RUN_TIMED_OUT
   */
  record RunStopping(String reason, Optional<Turn> turn, Others inFlight) implements Reason {}

  /**
   * What the run did is being taken back.
   *
   * @param stopping it was told to stop doing so
   */
  record RunRollingBack(boolean stopping, Optional<Turn> turn, Others inFlight) implements Reason {}

  /** So many steps of the run are in flight. */
  record InFlight(Others steps, Optional<Instant> deadline) implements Reason {}

  /**
   * The run has ended.
   *
   * @param step the one that it failed at; empty when no step is to blame
   */
  record RunOver(RunStatus status, String reason, String step, Instant at) implements Reason {}

  /**
   * It wants a slot of a worker group.
   *
   * @param worker the only one that may take it; empty when any may
   * @param since when it asked; empty when nobody knows
   * @param place as the group says; empty when the group does not answer
   */
  record Slot(
      String group, Optional<String> worker, Optional<Instant> since, Optional<GroupPlace> place)
      implements Reason {}

  /**
   * As many are in flight as may be, of this run or of a step that is split.
   *
   * @param ahead how many begin before it
   * @param step whose executions are counted; empty when those of the whole run are
   */
  record FlightLimit(int inFlight, int limit, int ahead, String step) implements Reason {}

  /**
   * An attempt failed, and another is due.
   *
   * @param attempt the next one
   * @param after why the last one failed; may be empty
   */
  record Retry(int attempt, int maxAttempts, Optional<Instant> at, String after)
      implements Reason {}

  /** A worker is at it. */
  record AtWork(
      Operation operation,
      String worker,
      int attempt,
      int maxAttempts,
      Optional<Instant> since,
      Optional<Instant> timeoutAt)
      implements Reason {}

  /** How far the stop of a worker's work has come. */
  enum Rung {
    /** Its worker was told, and has its grace. */
    SIGNALLED,
    /** The grace is over: its worker kills it. */
    KILLED,
    /** Its worker had time to confirm that, and is given up. */
    FENCED
  }

  /**
   * A worker was told to stop it.
   *
   * @param ladder the times of its rungs; empty when the execution did not say
   */
  record Stopping(String worker, Optional<Ladder> ladder) implements Reason {}

  /** When which rung of a stop is reached. */
  record Ladder(Rung rung, Instant signalledAt, Instant killAt, Instant fenceAt) {}

  /** What other steps did is taken back first. */
  record Undo(Others steps) implements Reason {}

  /** A run and its execution have not agreed yet: a matter of moments. */
  record Settling() implements Reason {}

  /**
   * The step has ended.
   *
   * @param passed an operator said that it counts so
   */
  record StepOver(
      StepStatus status,
      String reason,
      String message,
      String lastLogLine,
      Instant at,
      boolean passed)
      implements Reason {}
}
