package dev.pawl.engine.execution;

import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionState.Absent;
import dev.pawl.engine.execution.ExecutionState.CleanUpWait;
import dev.pawl.engine.execution.ExecutionState.Ended;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionState.Leased;
import dev.pawl.engine.execution.ExecutionState.RetryWait;
import dev.pawl.engine.execution.ExecutionState.Terminating;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.explain.Reason.Rung;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why an execution is where it is, as it knows itself. */
final class Whereabouts {
  private Whereabouts() {}

  /**
   * The reasons; none while it neither works nor may begin, which only its run can explain.
   *
   * @param waitsSince when it asked for a slot; empty when it has not
   * @param leaseGrace how long a worker has to confirm after the kill
   */
  static List<Reason> of(
      ExecutionState state,
      TaskPlan task,
      Optional<Instant> waitsSince,
      Duration leaseGrace,
      Instant now) {
    return switch (state) {
      case Absent _, CleanUpWait _, Ended _ -> slot(task, waitsSince);
      case RetryWait retry -> retry(retry, task, waitsSince);
      case Leased(_, var lease, _) -> List.of(atWork(lease, task));
      case Terminating(_, var lease, _, var since, _) ->
          List.of(stopping(lease, task, since, leaseGrace, now));
    };
  }

  private static List<Reason> slot(TaskPlan task, Optional<Instant> waitsSince) {
    return waitsSince.isEmpty()
        ? List.of()
        : List.of(
            new Reason.Slot(task.group(), task.placement().only(), waitsSince, Optional.empty()));
  }

  private static List<Reason> retry(RetryWait retry, TaskPlan task, Optional<Instant> waitsSince) {
    AttemptView last = retry.past().attempts().getLast();
    Lease lease = retry.last();
    List<Reason> reasons = new ArrayList<>();
    reasons.add(
        new Reason.Retry(
            lease.attempt() + 1,
            maxAttempts(lease.attempt() + 1, lease, task),
            Optional.of(retry.due()),
            last.reason().isEmpty() || last.message().isEmpty()
                ? last.reason() + last.message()
                : last.reason() + ", " + last.message()));
    reasons.addAll(slot(task, waitsSince));
    return reasons;
  }

  private static Reason atWork(Lease lease, TaskPlan task) {
    return new Reason.AtWork(
        lease.operation(),
        lease.worker(),
        lease.attempt(),
        maxAttempts(lease.attempt(), lease, task),
        Optional.of(lease.since()),
        ExecutionTimers.timeout(lease, task).map(lease.since()::plus));
  }

  private static int maxAttempts(int attempt, Lease lease, TaskPlan task) {
    return Math.max(attempt, lease.attemptsBefore() + task.retry().maxAttempts());
  }

  private static Reason stopping(
      Lease lease, TaskPlan task, Instant since, Duration leaseGrace, Instant now) {
    if (task.subRun().isPresent()) {
      return new Reason.Stopping(lease.worker(), Optional.empty());
    }
    Instant killAt = since.plus(ExecutionTimers.grace(lease, task));
    Instant fenceAt = killAt.plus(leaseGrace);
    Rung rung =
        now.isBefore(killAt) ? Rung.SIGNALLED : now.isBefore(fenceAt) ? Rung.KILLED : Rung.FENCED;
    return new Reason.Stopping(
        lease.worker(), Optional.of(new Reason.Ladder(rung, since, killAt, fenceAt)));
  }
}
