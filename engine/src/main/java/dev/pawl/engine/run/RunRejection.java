package dev.pawl.engine.run;

import java.util.List;

/** Why a run refuses a command. */
public sealed interface RunRejection {

  /** No run has this id (in this project). */
  record NotFound() implements RunRejection {}

  /** The run's state refuses the command. */
  record StateConflict(RunVerb verb, RunStatus status, List<RunVerb> allowed)
      implements RunRejection {
    public StateConflict {
      allowed = List.copyOf(allowed);
    }
  }

  /** The request id came with another body before. */
  record RequestIdReused() implements RunRejection {}

  /** The run is not at the version that the caller expected. */
  record VersionMismatch(long expected, long actual) implements RunRejection {}

  /** The start's parameters do not fit the definition: every mistake, by parameter. */
  record InvalidParameters(List<Mistake> mistakes) implements RunRejection {
    public InvalidParameters {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** One parameter's mistake. */
  record Mistake(String parameter, String message) {}
}
