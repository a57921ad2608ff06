package dev.pawl.engine.run;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One task of a run as its run knows it now. Of a task that is split, what only one execution can
 * have is that of the one that tells most.
 *
 * @param execution the one that tells most; 0 of a task that is not split
 * @param needs the names of the tasks that it needs
 * @param downstream the names of the tasks that need it
 * @param round 0, and one more with each redo of its run or of itself
 * @param attempt 0 before the first lease
 * @param waitsFor for people; empty when it waits for nothing
 * @param passed whether an operator said that it counts as succeeded
 * @param verbs every command on it, allowed or refused now
 * @param executions of a task that is split, by their numbers; else empty
 * @param data what those of its executions published that have ended, together: where the outputs
 *     are wanted, too
 */
public record StepView(
    int index,
    int execution,
    String task,
    String displayName,
    List<String> needs,
    List<String> downstream,
    StepStatus status,
    String reason,
    String message,
    String lastLogLine,
    int round,
    int attempt,
    int maxAttempts,
    long fence,
    String worker,
    String group,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Instant> nextAttemptAt,
    String waitsFor,
    Map<String, Payload> outputs,
    boolean passed,
    List<RunHead.VerbOption> verbs,
    List<OfExecution> executions,
    AdditionalData data) {

  public StepView {
    needs = List.copyOf(needs);
    downstream = List.copyOf(downstream);
    outputs = Map.copyOf(outputs);
    verbs = List.copyOf(verbs);
    executions = List.copyOf(executions);
  }

  /** One without what its executions published. */
  public StepView(
      int index,
      int execution,
      String task,
      String displayName,
      List<String> needs,
      List<String> downstream,
      StepStatus status,
      String reason,
      String message,
      String lastLogLine,
      int round,
      int attempt,
      int maxAttempts,
      long fence,
      String worker,
      String group,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      Optional<Instant> nextAttemptAt,
      String waitsFor,
      Map<String, Payload> outputs,
      boolean passed,
      List<RunHead.VerbOption> verbs,
      List<OfExecution> executions) {
    this(
        index,
        execution,
        task,
        displayName,
        needs,
        downstream,
        status,
        reason,
        message,
        lastLogLine,
        round,
        attempt,
        maxAttempts,
        fence,
        worker,
        group,
        startedAt,
        endedAt,
        nextAttemptAt,
        waitsFor,
        outputs,
        passed,
        verbs,
        executions,
        AdditionalData.NONE);
  }

  /** The same with what its executions published. */
  public StepView publishing(AdditionalData published) {
    return new StepView(
        index,
        execution,
        task,
        displayName,
        needs,
        downstream,
        status,
        reason,
        message,
        lastLogLine,
        round,
        attempt,
        maxAttempts,
        fence,
        worker,
        group,
        startedAt,
        endedAt,
        nextAttemptAt,
        waitsFor,
        outputs,
        passed,
        verbs,
        executions,
        published);
  }

  /**
   * One of several executions.
   *
   * @param attempt 0 before the first lease
   * @param worker that has or had it
   * @param reason why it ended as it did; empty otherwise
   * @param wrote whether the attempt that it ended with left a last log line
   */
  public record OfExecution(
      StepStatus status,
      int attempt,
      long fence,
      String worker,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      String reason,
      boolean wrote) {}
}
