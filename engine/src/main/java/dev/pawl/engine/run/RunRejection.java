package dev.pawl.engine.run;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.lock.LockRejection;
import java.time.Instant;
import java.util.List;

/** Why a run refuses a command. */
public sealed interface RunRejection {

  /** No run has this id (in this project). */
  record NotFound() implements RunRejection {}

  /** The caller lacks what the command needs. */
  record NotPermitted(Permission wanted) implements RunRejection {}

  /** The run has no such step, or that no such execution. */
  record StepNotFound(StepRef step) implements RunRejection {}

  /**
   * The step refuses the command.
   *
   * @param why in words: its state, the run's, or what its definition says
   * @param allowed the commands on this step that it would accept
   */
  record StepConflict(
      String step, RunVerb verb, StepStatus status, String why, List<RunVerb> allowed)
      implements RunRejection {
    public StepConflict {
      allowed = List.copyOf(allowed);
    }
  }

  /** The run's state, or the definition of one of its tasks, refuses the command. */
  record StateConflict(RunVerb verb, RunStatus status, List<RunVerb> allowed, String why)
      implements RunRejection {
    public StateConflict {
      allowed = List.copyOf(allowed);
    }
  }

  /** The run belongs to another system, which alone commands it. */
  record ManagedElsewhere(String system) implements RunRejection {}

  /** The request id came with another body before. */
  record RequestIdReused() implements RunRejection {}

  /** The run is not at the version that the caller expected. */
  record VersionMismatch(long expected, long actual) implements RunRejection {}

  /** A pause would end before it began. */
  record UntilPassed(Instant until, Instant now) implements RunRejection {}

  /** The start's parameters do not fit the definition: every mistake, by parameter. */
  record InvalidParameters(List<Mistake> mistakes) implements RunRejection {
    public InvalidParameters {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** The locks that it needs cannot be had. */
  record LockRefused(LockRejection why) implements RunRejection {}

  /** The run whose step starts it holds a lock that it needs, and does so until after its end. */
  record LockHeldAbove(LockRejection.Held held) implements RunRejection {}

  /** One parameter's mistake. */
  record Mistake(String parameter, String message) {}
}
