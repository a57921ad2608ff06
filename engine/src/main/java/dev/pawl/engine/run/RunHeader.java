package dev.pawl.engine.run;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.lock.LockName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run is started with; never changes.
 *
 * @param definitionVersion 1, 2, 3 ... of the definition
 * @param definitionHash names the pinned content
 * @param labels those of the start and, behind them, of the definition
 * @param initiator the principal that started it
 * @param requestId of the call that started it
 * @param bodyHash of that call's content
 * @param traceparent W3C trace context of that call; may be empty
 * @param deadline when the run times out
 * @param objects what the run is about
 * @param locks what it holds while it is not done, in the order of {@link LockName}
 * @param split the executions of each task that is split, by the task's index
 * @param parent the step that started it; empty when a caller did
 */
public record RunHeader(
    DefinitionId definition,
    long definitionVersion,
    String definitionHash,
    int taskCount,
    Map<String, Payload> parameters,
    Map<String, String> labels,
    String initiator,
    String requestId,
    String bodyHash,
    String traceparent,
    Instant createdAt,
    Optional<Instant> deadline,
    List<RunObject> objects,
    List<LockName> locks,
    Map<Integer, Integer> split,
    Optional<ParentStep> parent) {

  public RunHeader {
    parameters = Map.copyOf(parameters);
    labels = Map.copyOf(labels);
    objects = List.copyOf(objects);
    locks = List.copyOf(locks);
    split = Map.copyOf(split);
  }

  /**
   * The header of a run that a caller starts and that is about nothing in particular, holds nothing
   * and splits nothing.
   */
  public RunHeader(
      DefinitionId definition,
      long definitionVersion,
      String definitionHash,
      int taskCount,
      Map<String, Payload> parameters,
      Map<String, String> labels,
      String initiator,
      String requestId,
      String bodyHash,
      String traceparent,
      Instant createdAt,
      Optional<Instant> deadline) {
    this(
        definition,
        definitionVersion,
        definitionHash,
        taskCount,
        parameters,
        labels,
        initiator,
        requestId,
        bodyHash,
        traceparent,
        createdAt,
        deadline,
        List.of(),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  /** Its executions. */
  public Splits splits() {
    return new Splits(taskCount, split);
  }

  /** What the run is about, as rights know it. */
  public List<ObjectName> objectNames() {
    return RunObject.names(objects);
  }

  /** The project that the run, with all that belongs to it, is in. */
  public String project() {
    return definition.project();
  }
}
