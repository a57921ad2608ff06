package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run without its steps, as its owner answers it.
 *
 * @param reason why it ended as it did; empty otherwise
 * @param verbs every command of the table C3.2, allowed or refused now
 * @param failure the first step that failed, once the run is FAILED
 * @param lastCommand who paused, continued or stopped it last
 * @param sequence the run's count of stored facts
 */
public record RunHead(
    RunId id,
    RunHeader header,
    Profile profile,
    RunStatus status,
    String reason,
    Map<String, Payload> outputs,
    Optional<Instant> endedAt,
    StepCounts steps,
    List<VerbOption> verbs,
    Optional<StepView> failure,
    Optional<Cause.Command> lastCommand,
    long sequence) {

  public RunHead {
    outputs = Map.copyOf(outputs);
    verbs = List.copyOf(verbs);
  }

  /**
   * A command and whether the run would accept it.
   *
   * @param refusal why not; empty when it would
   */
  public record VerbOption(RunVerb verb, boolean allowed, String refusal) {}
}
