package dev.pawl.engine.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Why a run refuses a command. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunRejection.NotFound.class, name = "notFound"),
  @JsonSubTypes.Type(value = RunRejection.StateConflict.class, name = "stateConflict"),
  @JsonSubTypes.Type(value = RunRejection.RequestIdReused.class, name = "requestIdReused"),
  @JsonSubTypes.Type(value = RunRejection.VersionMismatch.class, name = "versionMismatch"),
  @JsonSubTypes.Type(value = RunRejection.InvalidParameters.class, name = "invalidParameters"),
  @JsonSubTypes.Type(value = RunRejection.Overloaded.class, name = "overloaded")
})
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

  /** 256 commands wait for this run's answer already. */
  record Overloaded() implements RunRejection {}

  /** One parameter's mistake. */
  record Mistake(String parameter, String message) {}
}
