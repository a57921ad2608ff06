package dev.pawl.engine.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One task of a plan, as far as the engine decides about it. What its action does is known to the
 * gateway and to workers only.
 *
 * @param index its place in the plan, from 0
 * @param needs the indexes of the tasks that must have succeeded before
 * @param timeout of one attempt, from its lease
 * @param grace between the polite signal and the kill
 * @param forbid the commands that it refuses whatever its state
 * @param redoOnlyFailed whether it may be redone only when it did not succeed
 * @param undo how what it did is taken back; empty when there is nothing to take back
 * @param cleanUp what follows an attempt that was stopped; empty when nothing does
 * @param each over what it is split; empty when it is one execution
 * @param subRun what it starts; empty when it is done by a worker
 */
public record TaskPlan(
    int index,
    String name,
    String displayName,
    List<Integer> needs,
    String group,
    Map<String, Source> inputs,
    Optional<Duration> timeout,
    Duration grace,
    RetryPlan retry,
    List<OutputPlan> outputs,
    boolean keepRunning,
    Placement placement,
    Set<RunVerb> forbid,
    boolean redoOnlyFailed,
    Optional<UndoPlan> undo,
    Optional<CleanUpPlan> cleanUp,
    Optional<EachPlan> each,
    Optional<SubRunPlan> subRun) {

  /** A task that is done by a worker and is not split. */
  public TaskPlan(
      int index,
      String name,
      String displayName,
      List<Integer> needs,
      String group,
      Map<String, Source> inputs,
      Optional<Duration> timeout,
      Duration grace,
      RetryPlan retry,
      List<OutputPlan> outputs,
      boolean keepRunning,
      Placement placement,
      Set<RunVerb> forbid,
      boolean redoOnlyFailed,
      Optional<UndoPlan> undo,
      Optional<CleanUpPlan> cleanUp) {
    this(
        index,
        name,
        displayName,
        needs,
        group,
        inputs,
        timeout,
        grace,
        retry,
        outputs,
        keepRunning,
        placement,
        forbid,
        redoOnlyFailed,
        undo,
        cleanUp,
        Optional.empty(),
        Optional.empty());
  }

  public TaskPlan {
    needs = List.copyOf(needs);
    inputs = Map.copyOf(inputs);
    outputs = List.copyOf(outputs);
    forbid = Set.copyOf(forbid);
  }
}
